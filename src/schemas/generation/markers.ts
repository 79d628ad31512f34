const MARKED = /<!-- generated: ([\w -]+) -->\n[\s\S]*?<!-- end -->/g;

/**
 * Puts each text between the markers with its name.
 *
 * @throws when there is a marker without a text, or a text without a marker
 */
export function fillMarkers(page: string, texts: ReadonlyMap<string, string>): string {
  const missing = new Set(texts.keys());
  const filled = page.replace(MARKED, (_, name: string) => {
    const text = texts.get(name);
    if (text === undefined) throw new Error(`Nothing is generated for the marker "${name}".`);
    missing.delete(name);
    return `<!-- generated: ${name} -->\n\n${text}\n\n<!-- end -->`;
  });
  if (missing.size > 0) throw new Error(`The page has no marker for ${[...missing].join(', ')}.`);
  return filled;
}
