import type { InputSettings } from '../config/input.settings.js';
import type { PrivacySettings } from '../config/privacy.settings.js';
import { PRIVATE_INPUT } from './privacy.js';
import { UNKNOWN_FIELDS, isInput, nameOf, sourceOf } from './profile.js';
import type { Profile, ProjectedField } from './profile.js';

/** Field as received → the same as the settings for privacy let it be written. */
const PRIVATE: Readonly<Record<string, string>> = PRIVATE_INPUT.input;

/**
 * The profile as the settings let it be: addresses and device ids are written as the settings for privacy say, whatever the profile
 * calls them, and the input's bytes are only passed on where no setting says that they change.
 */
export function resolveProfile(
  profile: Profile,
  { unknownFields }: Pick<InputSettings, 'unknownFields'>,
  { ipPrivacy, devicePrivacy }: Pick<PrivacySettings, 'ipPrivacy' | 'devicePrivacy'>,
): Profile {
  const changesInput = unknownFields === 'drop' || ipPrivacy !== 'none' || devicePrivacy !== 'none';
  const written = (field: ProjectedField): ProjectedField => {
    if (field === UNKNOWN_FIELDS) return field;
    if (!isInput(field)) {
      const hidden = PRIVATE[sourceOf(field)];
      return hidden === undefined ? field : { name: nameOf(field), from: hidden };
    }
    if (field.input === 'bytes') return changesInput ? PRIVATE_INPUT : field;
    const replaced = Object.entries(field.input).map(([name, from]) => [name, PRIVATE[from] ?? from]);
    return { input: { ...PRIVATE, ...(Object.fromEntries(replaced) as Record<string, string>) } };
  };
  const { processed, filteredContent } = profile;
  return { ...profile, processed: processed.map(written), filteredContent: filteredContent.map(written) };
}
