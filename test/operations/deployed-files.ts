import { readFileSync, readdirSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { inProject } from '../container/project-root.js';

/** Every file below a folder of the project, by its path in the project. */
export function filesBelow(folder: string): string[] {
  return readdirSync(inProject(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(inProject(), join(entry.parentPath, entry.name)))
    .sort();
}

/** Files of `deploy` with this extension. */
export const deployed = (extension: string): string[] =>
  filesBelow('deploy').filter((path) => extname(path) === extension);

export const textOf = (path: string): string => readFileSync(inProject(path), 'utf8');

export const jsonOf = <T>(path: string): T => JSON.parse(textOf(path)) as T;

export const yamlOf = <T>(path: string): T => parse(textOf(path)) as T;

/** The documents of a YAML file; fails at the first that is not right. */
export function documentsOf<T>(path: string): T[] {
  return parseAllDocuments(textOf(path)).map((document) => {
    for (const error of [...document.errors, ...document.warnings]) throw error;
    return document.toJS() as T;
  });
}

/** A file of Java properties, as far as ours go: no escapes, no continued lines. Keys that come twice are an error. */
export function propertiesOf(path: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of textOf(path).split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const at = line.indexOf('=');
    if (at < 1 || properties.has(line.slice(0, at))) throw new Error(`${path}: ${line}`);
    properties.set(line.slice(0, at), line.slice(at + 1));
  }
  return properties;
}
