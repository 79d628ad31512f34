import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { importedFrom } from './resolve-hook.js';

/** Specifiers that may stand for the module that an entry names, to be tried in this order. */
export type Candidates = readonly string[];

/**
 * Where to look for the module that `entry` names: a path is relative to `directory`; a package is looked for from there, then
 * beside the service.
 *
 * @param directory absolute
 * @throws Error with a phrase when nothing is at the path
 */
export function locate(entry: string, directory: string): Candidates {
  if (!isPath(entry))
    return [importedFrom(entry, folderUrl(directory)), importedFrom(entry, new URL(import.meta.url))];
  const path = resolve(directory, entry);
  if (!existsSync(path)) throw new Error(`nothing is at ${path}`);
  return [statSync(path).isDirectory() ? ofFolder(path) : pathToFileURL(path).href];
}

export const isPath = (entry: string): boolean => /^\.{1,2}([/\\]|$)/.test(entry) || isAbsolute(entry);

/** The module that a folder with a package stands for: its `exports`, else its `main`, else `index.js`. */
function ofFolder(path: string): string {
  const file = join(path, 'package.json');
  const { name, exports } = existsSync(file) ? readManifest(file) : {};
  // A package may import itself by its name, and only Node knows how to read "exports".
  if (name !== undefined && exports !== undefined) return importedFrom(name, folderUrl(path));
  try {
    return pathToFileURL(createRequire(folderUrl(path)).resolve(path)).href;
  } catch {
    throw new Error(`${path} has no package.json with "name" and "exports" or with "main", and no index.js`);
  }
}

function readManifest(file: string): { readonly name?: string; readonly exports?: unknown } {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as object;
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** With its slash at the end, without which it would be a file. */
const folderUrl = (path: string): URL => pathToFileURL(join(path, '/'));
