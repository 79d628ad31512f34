import 'reflect-metadata';
import { Global, Module } from '@nestjs/common';
import type { DynamicModule, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { ConfigModule } from '../config/config.module.js';
import { testSettings } from '../config/testing.js';
import { processorMetadata } from '../enrichment/processor.js';
import type { ProcessorSpec } from '../enrichment/processor.js';
import { PROFILE, PROFILES } from '../profiles/profiles.js';
import { ExtensionsModule } from './extensions.module.js';

/** A processor with fields that no file declares, past the compiler. */
function processor(name: string, adds: string[], needs: string[] = []): Type<object> {
  const type = {
    [name]: class {
      process(): void {}
    },
  }[name];
  processorMetadata({ needs, adds, summary: name } as unknown as ProcessorSpec)(type);
  return type;
}

@Module({ providers: [processor('WrittenProcessor', ['written'], ['helping'])] })
class WrittenModule {}

@Module({ imports: [WrittenModule] })
class OuterModule {}

@Module({
  providers: [processor('HelpingProcessor', ['helping']), processor('IdleProcessor', ['idle', 'vain'])],
})
class MixedModule {}

@Module({ providers: [] })
class EmptyModule {}

@Module({})
class ForRootModule {
  static forRoot(): DynamicModule {
    return { module: ForRootModule, providers: [processor('DynamicProcessor', ['dynamic'])] };
  }
}

/** What the log says of extensions when `written` and `dynamic` are in the output. */
async function reportOf(...modules: (Type<object> | DynamicModule)[]): Promise<string[]> {
  const lines: string[] = [];
  const note =
    (level: string) =>
    (message: unknown, context: unknown): void => {
      if (context === 'Extensions') lines.push(`${level} ${String(message)}`);
    };
  const logger = { log: note('log'), warn: note('warn'), error: note('error') } satisfies LoggerService;
  const profile = { ...PROFILES.standard, processed: ['written', 'dynamic', 'user_id'] };

  @Global()
  @Module({ providers: [{ provide: PROFILE, useValue: profile }], exports: [PROFILE] })
  class ProfileModule {}

  @Module({
    imports: [
      ConfigModule.forRoot(testSettings({ SUMMARY_EVERY_MESSAGES: '0', SUMMARY_EVERY_SECONDS: '0' })),
      ProfileModule,
      ExtensionsModule.forRoot(
        modules.map((module, index) => ({ entry: `./extension-${index}`, module, settings: [] })),
      ),
    ],
  })
  class SpecModule {}
  const app = await NestFactory.createApplicationContext(SpecModule, { logger, abortOnError: false });
  await app.close();
  return lines;
}

describe('ExtensionReport', () => {
  it('says of each extension what it adds, and warns of what does not run and of those that add nothing', async () => {
    expect(await reportOf(OuterModule, MixedModule, EmptyModule, ForRootModule.forRoot())).toEqual([
      'log ./extension-0: WrittenProcessor adds written',
      'log ./extension-1: HelpingProcessor adds helping',
      'warn ./extension-1: IdleProcessor adds idle, vain, which no record has and no other processor needs: it does not run',
      'warn ./extension-2 provides no processor: a class with @LoginProcessor() must be in the providers of its module',
      'log ./extension-3: DynamicProcessor adds dynamic',
    ]);
  });
});
