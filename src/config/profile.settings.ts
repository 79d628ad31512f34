import { text } from './rule.js';
import { Setting } from './setting.decorator.js';

/** The profile of an instance when nothing is said. */
export const DEFAULT_PROFILE = 'standard';

/** Which preset of settings, processors and fields is used. */
export class ProfileSettings {
  static readonly title = 'Profile';

  /** One of the names given to the loader, which checks it: profiles are not known here. */
  @Setting(
    'PROFILE',
    text('the name of a profile'),
    'Preset of settings, processors and output fields. A variable that is set goes before the preset.',
  )
  readonly profile: string = DEFAULT_PROFILE;

  /** Path of a file with a profile of the user's own, which takes the place of `PROFILE`. */
  @Setting(
    'PROFILE_FILE',
    text('the path of a JSON file'),
    'File with a profile of your own, instead of `PROFILE` ([profiles.md](profiles.md#a-profile-of-your-own)).',
  )
  readonly profileFile: string | undefined = undefined;
}
