import { PROFILES } from '../../profiles/profiles.js';
import type { Profile } from '../../profiles/profile.js';
import { RECORD_ROLES } from '../json-schema.js';
import type { JsonSchema, RecordRole } from '../json-schema.js';
import { fieldsTable } from './fields-table.js';
import { markdownTable } from './markdown-table.js';
import { fillMarkers } from './markers.js';
import { schemaFile } from './schema-files.js';

const TOPICS: Readonly<Record<RecordRole, string>> = {
  processed: 'OUTPUT_TOPIC',
  filtered: 'FILTERED_TOPIC',
  error: 'ERROR_TOPIC',
  summary: 'SUMMARY_TOPIC',
  metrics: 'METRICS_TOPIC',
};

/** The page `docs/profiles.md`: its prose stays, what is between its markers is made from the profiles. */
export function renderProfilesPage(
  page: string,
  schemas: ReadonlyMap<string, JsonSchema>,
  messageFacts: JsonSchema,
): string {
  const texts = new Map([
    ['list', profileList()],
    ['message facts', fieldsTable(messageFacts)],
  ]);
  for (const [name, profile] of Object.entries(PROFILES))
    if (name !== 'standard') texts.set(name, section(name, profile, schemas));
  return fillMarkers(page, texts);
}

const profileList = (): string =>
  markdownTable(
    ['`PROFILE`', 'what it is'],
    Object.entries(PROFILES).map(([name, { summary }]) => [`\`${name}\``, summary]),
  );

function section(name: string, { settings }: Profile, schemas: ReadonlyMap<string, JsonSchema>): string {
  const presets = Object.entries(settings).map(([variable, value]) => [
    `\`${variable}\``,
    value === '' ? 'empty: off' : `\`${value}\``,
  ]);
  const records = RECORD_ROLES.flatMap((role) => {
    const file = schemaFile(role, name);
    const schema = schemas.get(file);
    if (schema === undefined) return [];
    const link = `[\`${file}\`](../${file})`;
    const isUsual = sameFields(schema, schemas.get(schemaFile(role, 'standard')));
    if (isUsual) return [`On \`${TOPICS[role]}\`: as the [standard profile](records.md) (${link}).`];
    return [`On \`${TOPICS[role]}\` (${link}):`, ...shapesOf(schema).map(fieldsTable)];
  });
  return ['It presets:', markdownTable(['setting', 'value'], presets), ...records].join('\n\n');
}

const shapesOf = (schema: JsonSchema): readonly JsonSchema[] => schema.anyOf ?? [schema];

const sameFields = (a: JsonSchema, b: JsonSchema | undefined): boolean =>
  b !== undefined && a.anyOf === undefined && fieldsTable(a) === fieldsTable(b);
