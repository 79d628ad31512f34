import type { Summary } from '../analytics/summary/summary.js';

/** A field of a written record: its name, and the login's field that gives the value where that has another name. */
export type ProjectedField = string | { readonly name: string; readonly from: string };

/** Where kept unknown fields go in a record. */
export const UNKNOWN_FIELDS = '*unknown';

/**
 * A profile is data: presets of settings, and what comes out. Which processors run follows from the fields.
 * No stage asks which profile is active.
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
  /** The fields of summary records, in order; none: this profile writes no summaries. */
  readonly summaryRecord: readonly (keyof Summary)[];
  /** Whether each instance writes metrics records about itself. */
  readonly metrics: boolean;
}

/** The login's field behind a projected one. */
export const sourceOf = (field: ProjectedField): string => (typeof field === 'string' ? field : field.from);
export const nameOf = (field: ProjectedField): string => (typeof field === 'string' ? field : field.name);
