import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { integer } from '../config/rule.js';
import { Setting } from '../config/setting.decorator.js';
import { extensionOf } from './extension-of.js';

@Module({ providers: [] })
class AcmeModule {}

class AcmeSettings {
  static readonly title = 'Acme';
  @Setting('ACME_LIMIT', integer(1, 9), 'A limit.')
  readonly limit: number = 5;
}

class NoSettings {
  static readonly title = 'None';
}

class Untitled {
  @Setting('ACME_UNTITLED', integer(1, 9), 'A limit.')
  readonly limit: number = 5;
}

class NeedsParameters {
  static readonly title = 'Acme';
  @Setting('ACME_PARAMETERS', integer(1, 9), 'A limit.')
  readonly limit: number;
  constructor(limits: readonly number[]) {
    this.limit = limits[0];
  }
}

describe('extensionOf', () => {
  it('takes a module, alone or with settings', () => {
    expect(extensionOf({ default: AcmeModule })).toEqual({ module: AcmeModule, settings: [] });
    expect(extensionOf({ default: { module: AcmeModule, settings: [AcmeSettings] }, other: 1 })).toEqual({
      module: AcmeModule,
      settings: [AcmeSettings],
    });
  });

  it('takes a dynamic module where its parts cannot be taken for something else', () => {
    const dynamic = { module: AcmeModule, providers: [] };
    expect(extensionOf({ default: { module: dynamic } })).toEqual({ module: dynamic, settings: [] });
    expect(() => extensionOf({ default: dynamic })).toThrow('a dynamic module goes under "module"');
  });

  it.each([
    ['nothing by default', { AcmeModule }, 'exports nothing by default'],
    ['a class that is no module', { default: AcmeSettings }, 'exports no Nest module by default'],
    ['null', { default: null }, 'exports no Nest module by default'],
    ['an object without a module', { default: { settings: [] } }, 'exports no Nest module by default'],
    ['another module', { default: { module: AcmeSettings } }, 'no class with @Module()'],
    ['settings that are no list', { default: { module: AcmeModule, settings: AcmeSettings } }, '"settings"'],
    ['a class without settings', { default: { module: AcmeModule, settings: [NoSettings] } }, '"settings"'],
    ['settings without a title', { default: { module: AcmeModule, settings: [Untitled] } }, '"settings"'],
    [
      'settings that cannot be made',
      { default: { module: AcmeModule, settings: [NeedsParameters] } },
      '"settings"',
    ],
  ])('refuses %s', (_, exported, sentence) => {
    expect(() => extensionOf(exported)).toThrow(sentence);
  });
});
