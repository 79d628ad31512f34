import type { ResolveHookContext } from 'node:module';

/** What extensions must share with the service: metadata, tokens and registries live in these packages. */
const SHARED = /^(login-stream|@nestjs\/(common|core)|reflect-metadata)(\/|$)/;

const FROM = 'login-stream-extension:';

/** A specifier for what `name` stands for in files of the directory `from`, whoever imports it. */
export function importedFrom(name: string, from: URL): string {
  return `${FROM}?${new URLSearchParams({ name, from: from.href }).toString()}`;
}

/**
 * Resolves what every file imports from now on: what is shared always is the service's own copy, wherever the importing file
 * is. It serves both of Node's interfaces for such hooks: one calls it in a thread of its own and waits for promises,
 * the other calls it at once.
 */
export function resolve<T>(
  specifier: string,
  context: ResolveHookContext,
  next: (specifier: string, context: ResolveHookContext) => T,
): T {
  if (SHARED.test(specifier)) return next(specifier, { ...context, parentURL: import.meta.url });
  if (!specifier.startsWith(FROM)) return next(specifier, context);
  const query = new URLSearchParams(specifier.slice(FROM.length));
  return next(query.get('name') ?? '', { ...context, parentURL: query.get('from') ?? undefined });
}
