import { asyncApi } from './asyncapi.js';
import { renderProfilesPage } from './profiles-page.js';
import { renderRecordsPage } from './records-page.js';
import { allSchemas, sourceSchemas } from './schema-files.js';

/**
 * What is generated from the types of the records: by file, a function of its present text.
 *
 * @param version of the service
 */
export function recordFiles(version: string): Record<string, (current: string) => string> {
  const types = sourceSchemas();
  const schemas = allSchemas(types);
  const json = (value: object) => () => `${JSON.stringify(value, null, 2)}\n`;
  return {
    ...Object.fromEntries([...schemas].map(([file, schema]) => [file, json(schema)])),
    'docs/asyncapi.json': json(asyncApi(version, schemas)),
    'docs/profiles.md': (current) => renderProfilesPage(current, schemas, types.of('MessageFacts')),
    'docs/records.md': (current) => renderRecordsPage(current, schemas),
  };
}
