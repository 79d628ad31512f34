/** Faults as a suite: `npm run chaos -- --list` says which, docs/chaos.md how they are judged. */
import '../test/chaos/typescript.mjs';

await import('../test/chaos/main.ts');
