import { Global, Module } from '@nestjs/common';
import { InputSettings } from '../config/input.settings.js';
import { PrivacySettings } from '../config/privacy.settings.js';
import { ProfileSettings } from '../config/profile.settings.js';
import { activeProfile } from './active-profile.js';
import { PROFILE } from './profiles.js';
import { resolveProfile } from './resolve-profile.js';

@Global()
@Module({
  providers: [
    {
      provide: PROFILE,
      inject: [ProfileSettings, InputSettings, PrivacySettings],
      useFactory: (profile: ProfileSettings, input: InputSettings, privacy: PrivacySettings) =>
        resolveProfile(activeProfile(profile), input, privacy),
    },
  ],
  exports: [PROFILE],
})
export class ProfilesModule {}
