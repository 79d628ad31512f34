/** A login that notes what is read from it and what is written onto it. */
export class Watched {
  readonly read = new Set<string>();
  readonly written: Record<string, unknown> = {};
  readonly login: object;

  constructor(login: object) {
    this.login = new Proxy(login, {
      get: (target, field) => {
        if (Object.hasOwn(this.written, field)) return this.written[String(field)];
        this.read.add(String(field));
        return Reflect.get(target, field) as unknown;
      },
      set: (_, field, value) => {
        this.written[String(field)] = value;
        return true;
      },
    });
  }
}
