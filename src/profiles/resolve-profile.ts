import type { InputSettings } from '../config/input.settings.js';
import type { PrivacySettings } from '../config/privacy.settings.js';
import { PRIVATE_INPUT } from './privacy.js';
import { isInput } from './profile.js';
import type { Profile, ProjectedField } from './profile.js';

/** The profile as the settings let it be: the input's bytes are only passed on where no setting says that they change. */
export function resolveProfile(
  profile: Profile,
  { unknownFields }: Pick<InputSettings, 'unknownFields'>,
  { ipPrivacy, devicePrivacy }: Pick<PrivacySettings, 'ipPrivacy' | 'devicePrivacy'>,
): Profile {
  if (unknownFields !== 'drop' && ipPrivacy === 'none' && devicePrivacy === 'none') return profile;
  const { processed, filteredContent } = profile;
  return { ...profile, processed: processed.map(written), filteredContent: filteredContent.map(written) };
}

const written = (field: ProjectedField): ProjectedField =>
  isInput(field) && field.input === 'bytes' ? PRIVATE_INPUT : field;
