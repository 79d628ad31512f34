import { EXIT } from './exit-codes.js';

/** A reader that has seen enough (`| head`) closes its end: then the work is done, not failed. */
export function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(EXIT.ok);
    });
}
