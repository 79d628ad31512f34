import { Global, Module } from '@nestjs/common';
import { ProfileSettings } from '../config/profile.settings.js';
import { PROFILE, PROFILES } from './profiles.js';

@Global()
@Module({
  providers: [
    {
      provide: PROFILE,
      inject: [ProfileSettings],
      useFactory: ({ profile }: ProfileSettings) => PROFILES[profile],
    },
  ],
  exports: [PROFILE],
})
export class ProfilesModule {}
