import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { Module as ModuleReference } from '@nestjs/core/injector/module.js';
import { StatePlan } from '../analytics/state-plan.js';
import { ProcessorRegistry } from '../enrichment/processor.registry.js';
import type { RegisteredProcessor } from '../enrichment/registered-processor.js';
import type { LoadedExtension } from './extension.js';

/** Token of the extensions that are loaded. */
export const EXTENSIONS = Symbol('EXTENSIONS');

/** Says in the log what each extension adds, or that it adds nothing: a slip must not pass in silence. */
@Injectable()
export class ExtensionReport implements OnApplicationBootstrap {
  private readonly logger = new Logger('Extensions');

  constructor(
    @Inject(EXTENSIONS) private readonly extensions: readonly LoadedExtension[],
    private readonly registry: ProcessorRegistry,
    private readonly state: StatePlan,
    private readonly modules: ModulesContainer,
  ) {}

  onApplicationBootstrap(): void {
    const { early, lookups, joined, late } = this.registry.plan([
      ...this.state.outputFields,
      ...this.state.needs,
    ]);
    const running = new Set<RegisteredProcessor>([...early, ...lookups, ...joined, ...late]);
    for (const extension of this.extensions) {
      const found = this.processorsOf(extension);
      for (const processor of found) {
        const what = `${extension.entry}: ${processor.name} adds ${processor.spec.adds.join(', ')}`;
        if (running.has(processor)) this.logger.log(what);
        else this.logger.warn(`${what}, which no record has and no other processor needs: it does not run`);
      }
      if (found.length === 0)
        this.logger.warn(
          `${extension.entry} provides no processor: a class with @LoginProcessor() must be in the providers of its module`,
        );
    }
  }

  private processorsOf({ module }: LoadedExtension): readonly RegisteredProcessor[] {
    const provided = new Set<unknown>();
    for (const { providers } of this.modulesOf('module' in module ? module.module : module))
      for (const { instance } of providers.values()) provided.add(instance);
    return this.registry.all().filter(({ instance }) => provided.has(instance));
  }

  /** The module and what it imports. Global ones are imported by all, ours among them. */
  private modulesOf(type: unknown): ReadonlySet<ModuleReference> {
    const found = new Set([...this.modules.values()].filter(({ metatype }) => metatype === type));
    for (const module of found)
      for (const imported of module.imports) if (!imported.isGlobal) found.add(imported);
    return found;
  }
}
