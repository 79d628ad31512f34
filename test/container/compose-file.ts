import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { inProject } from './project-root.js';

export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly stop_grace_period?: string;
}

/** The services of docker-compose.yml, merged; variables have their defaults. */
export function composeServices(): Readonly<Record<string, ComposeService>> {
  const text = readFileSync(inProject('docker-compose.yml'), 'utf8');
  const withDefaults = text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');
  return (parse(withDefaults, { merge: true }) as { services: Record<string, ComposeService> }).services;
}

/** Milliseconds of a duration like `15s`. */
export function milliseconds(duration: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m)$/.exec(duration)!;
  return Number(amount) * { ms: 1, s: 1_000, m: 60_000 }[unit as 'ms' | 's' | 'm'];
}
