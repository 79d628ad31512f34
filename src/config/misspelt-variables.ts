import { distance } from 'fastest-levenshtein';

/** Variables of other programs that are one letter away from one of ours. */
const FOREIGN = new Set(['HTTPS_HOST', 'HTTPS_PORT']);

/**
 * A sentence for every variable that is none of ours but looks like a misspelt one. Empty ones are left
 * out: they count as unset.
 *
 * @param known the names of all our variables
 */
export function misspeltVariables(env: NodeJS.ProcessEnv, known: readonly string[]): string[] {
  return Object.keys(env)
    .filter((name) => env[name] && !known.includes(name) && !FOREIGN.has(name))
    .flatMap((name) => {
      const meant = nearest(name.toUpperCase(), known);
      return meant === undefined ? [] : [`${name} looks like ${meant}; it is ignored`];
    });
}

function nearest(name: string, known: readonly string[]): string | undefined {
  return known
    .filter((ours) => hasSameLetters(name, ours) || hasFewTypos(name, ours))
    .sort((a, b) => distance(name, a) - distance(name, b))[0];
}

/** Forgotten underscores, words or letters in another order. */
function hasSameLetters(name: string, ours: string): boolean {
  return lettersOf(name) === lettersOf(ours);
}

const lettersOf = (name: string) => [...name.replaceAll('_', '')].sort().join('');

/**
 * At most two edits. Where the words can be paired, none may change by half or more: `SMTP_PORT` and
 * `KAFKA_URL` are two edits from names of ours, but no typing error makes them.
 */
function hasFewTypos(name: string, ours: string): boolean {
  if (distance(name, ours) > 2) return false;
  const words = name.split('_');
  const ourWords = ours.split('_');
  if (words.length !== ourWords.length) return true;
  return ourWords.every((word, i) => distance(word, words[i] ?? '') <= Math.max(1, (word.length - 1) >> 1));
}
