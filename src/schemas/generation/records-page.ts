import { DEFAULT_PROFILE } from '../../config/profile.settings.js';
import { DEAD_LETTER_HEADERS } from '../../publishing/records/dead-letter-headers.js';
import { ERROR_TYPES } from '../../publishing/records/error-types.js';
import { RECORD_ROLES } from '../json-schema.js';
import type { JsonSchema } from '../json-schema.js';
import { fieldsTable } from './fields-table.js';
import { markdownTable } from './markdown-table.js';
import { fillMarkers } from './markers.js';
import { schemaFile } from './schema-files.js';

const code = (text: string): string => `\`${text}\``;

/** The page `docs/records.md`: its prose stays, the tables between its markers are made from the code. */
export function renderRecordsPage(page: string, schemas: ReadonlyMap<string, JsonSchema>): string {
  const tables = new Map([['input', fieldsTable(schemas.get('schemas/input.schema.json')!)]]);
  for (const role of RECORD_ROLES) {
    const schema = schemas.get(schemaFile(role, DEFAULT_PROFILE));
    if (schema !== undefined) tables.set(role, fieldsTable(schema));
  }
  const headers = Object.entries(DEAD_LETTER_HEADERS);
  tables.set(
    'error headers',
    markdownTable(
      ['header', 'holds', 'there'],
      headers.map(([name, { meaning, always }]) => [code(name), meaning, always ? 'always' : 'if needed']),
    ),
  );
  const types = Object.entries(ERROR_TYPES).map(([type, meaning]) => [code(type), meaning]);
  tables.set('error types', markdownTable(['`error_type`', 'when'], types));
  return fillMarkers(page, tables);
}
