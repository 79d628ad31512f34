/** Numbers texts of a batch in the order in which they come, from 1. */
export class Numbered {
  readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const number = this.texts.push(text);
    this.numbers.set(text, number);
    return number;
  }
}
