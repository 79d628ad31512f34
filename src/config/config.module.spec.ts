import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from './config.module.js';
import { loadSettings } from './load-settings.js';
import { integer } from './rule.js';
import { Setting } from './setting.decorator.js';
import { SETTINGS_CLASSES } from './settings.js';
import { testSettings } from './testing.js';
import { TopicSettings } from './topic.settings.js';

@Injectable()
class Reader {
  constructor(readonly topics: TopicSettings) {}
}

@Module({ providers: [Reader] })
class FeatureModule {}

describe('ConfigModule', () => {
  it('provides every class of settings to modules that do not import it', async () => {
    const settings = testSettings({ INPUT_TOPIC: 'logins' });
    @Module({ imports: [ConfigModule.forRoot(settings), FeatureModule] })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
    expect(app.get(Reader, { strict: false }).topics.input).toBe('logins');
    for (const type of Object.values(SETTINGS_CLASSES)) expect(app.get(type)).toBeInstanceOf(type);
    await app.close();
  });

  it('provides the settings of extensions, too', async () => {
    class AcmeSettings {
      static readonly title = 'Acme';
      @Setting('ACME_LIMIT', integer(1, 9), 'A limit.')
      readonly limit: number = 5;
    }
    const { settings } = loadSettings(
      { ACME_LIMIT: '7' },
      {
        profiles: { standard: { settings: {} } },
        stdoutIsTty: false,
        extensions: [{ entry: './acme', settings: [AcmeSettings] }],
      },
    );
    @Module({ imports: [ConfigModule.forRoot(settings)] })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
    expect(app.get(AcmeSettings)).toBeInstanceOf(AcmeSettings);
    expect(app.get(AcmeSettings).limit).toBe(7);
    await app.close();
  });
});
