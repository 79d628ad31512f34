import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { processorMetadata } from './processor.js';
import { fieldOwners, inOrderOfNeed, isLoginField } from './processor-order.js';
import type { RegisteredProcessor } from './processor-order.js';

/**
 * Knows every processor of the application, whichever module provides it, in an order in which they can run.
 * A set of processors that cannot work stops the boot with a sentence that names both sides.
 */
@Injectable()
export class ProcessorRegistry implements OnModuleInit {
  private processors: readonly RegisteredProcessor[] | undefined;
  private owners: ReadonlyMap<string, RegisteredProcessor> = new Map();

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    this.all();
  }

  /** Found at first use, because the order in which modules are initialised is not ours. */
  all(): readonly RegisteredProcessor[] {
    if (this.processors === undefined) {
      const found = this.discover();
      this.owners = fieldOwners(found);
      this.processors = inOrderOfNeed(found, this.owners);
    }
    return this.processors;
  }

  /**
   * The processors that `fields` need, directly or through others, in order; the rest do not run. `provided` are the
   * fields that a later stage adds: nothing here needs to run for them.
   */
  plan(fields: readonly string[], provided: readonly string[] = []): readonly RegisteredProcessor[] {
    const all = this.all();
    const later = new Set(provided);
    for (const field of later) {
      const owner = this.owners.get(field);
      if (owner !== undefined) throw new Error(`${owner.name} and analytics both add "${field}".`);
    }

    const wanted = new Set<RegisteredProcessor>();
    const require = (field: string): void => {
      const owner = this.owners.get(field);
      if (owner === undefined || wanted.has(owner)) return;
      wanted.add(owner);
      owner.spec.needs.forEach(require);
    };
    for (const field of fields) {
      if (!this.owners.has(field) && !isLoginField(field) && !later.has(field)) {
        throw new Error(
          `The output has the field "${field}", which no processor or analytics adds and no login has.`,
        );
      }
      require(field);
    }
    return all.filter((processor) => wanted.has(processor));
  }

  private discover(): RegisteredProcessor[] {
    const found = new Map<object, RegisteredProcessor>();
    for (const wrapper of this.discovery.getProviders()) {
      const type = wrapper.instance?.constructor ?? wrapper.metatype;
      if (typeof type !== 'function') continue;
      const spec = this.discovery.getMetadataByDecorator(processorMetadata, wrapper);
      if (spec === undefined) continue;
      if (wrapper.isTransient || !wrapper.isDependencyTreeStatic()) {
        throw new Error(
          `${type.name} is a processor, so it and what it injects must have the default scope.`,
        );
      }
      // Keyed by instance: an alias (`useExisting`) is not a second processor.
      found.set(wrapper.instance, { name: type.name, spec, instance: wrapper.instance });
    }
    return [...found.values()];
  }
}
