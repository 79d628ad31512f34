/**
 * A field of a written record: the name of a login's field; a name and the login's field that gives the value where that has
 * another one; or every field of the input, in its order.
 */
export type ProjectedField = string | RenamedField | InputFields;

/** A field under another name. */
export interface RenamedField {
  readonly name: string;
  readonly from: string;
}

/**
 * The input's fields in its order, values as received; what stands elsewhere in the list under one of their names is written there
 * instead. Fields that we don't know are among them as `UNKNOWN_FIELDS` says.
 */
export interface InputFields {
  /**
   * Input field → login's field whose value is written in its place. Or `bytes`: the input's own bytes, with further
   * fields before the last brace, as long as no setting for privacy or unknown fields would change them.
   */
  readonly input: 'bytes' | Readonly<Record<string, string>>;
}

/** Where kept unknown fields go in a record that lists its fields. */
export const UNKNOWN_FIELDS = '*unknown';

export type OutcomeKind = 'processed' | 'filtered' | 'error';

/** A record as a tree: each leaf is the name of a fact about a message and its outcome. */
export type MessageTemplate =
  string | { readonly [name: string]: MessageTemplate } | readonly MessageTemplate[];

/** A record on the metrics topic for each message with one of these outcomes, in the transaction of its batch. */
export interface MessageRecord {
  readonly on: readonly OutcomeKind[];
  readonly value: MessageTemplate;
}

/** The summaries that a profile writes. */
export interface ProfileSummaries {
  /** Which of the topics takes them. */
  readonly topic: 'summary' | 'metrics';
  /** Their fields, in order. */
  readonly fields: readonly (string | RenamedField)[];
  /** Whether the same figures go to the log. */
  readonly log: boolean;
}

/**
 * A profile is data: presets of settings, and what comes out. Which processors run, and what is remembered, follows from
 * the fields. No stage asks which profile is active.
 */
export interface Profile {
  /** One sentence for the documentation. */
  readonly summary: string;
  /** Environment variable → value; variables of the environment win. */
  readonly settings: Readonly<Record<string, string>>;
  /** The fields of processed records, in order. */
  readonly processed: readonly ProjectedField[];
  /** The fields of `message_content` in filtered records, in order: the login with the profile's privacy. */
  readonly filteredContent: readonly ProjectedField[];
  /** The fields of error records, in order. */
  readonly errorRecord: readonly (string | RenamedField)[];
  /** Null: this profile writes no summaries. */
  readonly summaries: ProfileSummaries | null;
  /** Records for each message. */
  readonly messages: readonly MessageRecord[];
  /** Whether each instance writes metrics records about itself. */
  readonly metrics: boolean;
}

export const isInput = (field: ProjectedField): field is InputFields =>
  typeof field === 'object' && 'input' in field;

/** The field behind a projected one. */
export const sourceOf = (field: string | RenamedField): string =>
  typeof field === 'string' ? field : field.from;
export const nameOf = (field: string | RenamedField): string =>
  typeof field === 'string' ? field : field.name;

/** Fields of a login that a list of projected ones reads, beyond those received. */
export const sourcesOf = (fields: readonly ProjectedField[]): string[] =>
  fields.flatMap((field) => {
    if (field === UNKNOWN_FIELDS) return [];
    if (!isInput(field)) return [sourceOf(field)];
    return field.input === 'bytes' ? [] : Object.values(field.input);
  });
