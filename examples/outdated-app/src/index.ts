import { Module } from '@nestjs/common';
import { defineExtension } from 'login-stream/processor';
import { OutdatedAppProcessor } from './outdated-app.processor.js';
import { OutdatedAppSettings } from './outdated-app.settings.js';

@Module({ providers: [OutdatedAppProcessor] })
class OutdatedAppModule {}

export default defineExtension({ module: OutdatedAppModule, settings: [OutdatedAppSettings] });
