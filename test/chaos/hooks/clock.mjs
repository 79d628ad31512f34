/**
 * Preloaded into a process of the service: its clock is wrong by so many milliseconds as the file of CHAOS_CLOCK says, and a
 * change of the file is a jump.
 */
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 50;
const RealDate = Date;
let shift = 0;

const look = () => {
  try {
    shift = Number(readFileSync(process.env.CHAOS_CLOCK, 'utf8')) || 0;
  } catch {
    // Until there is a file the clock is right.
  }
};
look();
setInterval(look, LOOK_EVERY_MS).unref();

globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + shift);
    else super(...given);
  }

  static now() {
    return RealDate.now() + shift;
  }
};
