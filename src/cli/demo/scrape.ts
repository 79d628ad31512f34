/** Metrics in Prometheus' text format. */
export class Scrape {
  private readonly lines: readonly string[];

  constructor(text: string) {
    this.lines = text.split('\n');
  }

  /** Value of a metric, summed over its labels; `label` such as `outcome="error"` picks some of them. */
  sum(name: string, label = ''): number {
    return this.lines
      .filter((line) => (line.startsWith(`${name} `) || line.startsWith(`${name}{`)) && line.includes(label))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }
}
