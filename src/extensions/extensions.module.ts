import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { StatePlanModule } from '../analytics/state-plan.module.js';
import { ProcessorsModule } from '../enrichment/processors.module.js';
import type { LoadedExtension } from './extension.js';
import { EXTENSIONS, ExtensionReport } from './extension-report.js';

/** The modules of extensions. Their processors are found like ours. */
@Module({})
export class ExtensionsModule {
  static forRoot(extensions: readonly LoadedExtension[]): DynamicModule {
    return {
      module: ExtensionsModule,
      imports: [ProcessorsModule, StatePlanModule, ...extensions.map(({ module }) => module)],
      providers: [{ provide: EXTENSIONS, useValue: extensions }, ExtensionReport],
    };
  }
}
