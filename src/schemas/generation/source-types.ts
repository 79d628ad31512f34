import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The project's root, seen from `src` and from `dist` alike. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The types that the source declares, as the compiler sees them. */
export interface SourceTypes {
  readonly checker: ts.TypeChecker;
  /**
   * The exported type of this name, wherever in `src` it is declared.
   *
   * @throws when no file exports it, or two do
   */
  typeNamed(name: string): ts.Type;
}

/** Reads all of `src` with the settings of the build, but no library: seconds become tenths of one. */
export function readSourceTypes(root = ROOT): SourceTypes {
  const { config, error } = ts.readConfigFile(`${root}tsconfig.build.json`, ts.sys.readFile);
  if (error !== undefined) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram(fileNames, { ...options, noEmit: true, noResolve: true, types: [] });
  const checker = program.getTypeChecker();
  const own = program.getSourceFiles().filter((file) => fileNames.includes(file.fileName));
  return { checker, typeNamed: (name) => typeNamed(name, own, checker) };
}

function typeNamed(name: string, files: readonly ts.SourceFile[], checker: ts.TypeChecker): ts.Type {
  const found = files
    .map((file) => checker.getSymbolAtLocation(file)?.exports?.get(ts.escapeLeadingUnderscores(name)))
    .filter((symbol): symbol is ts.Symbol => symbol !== undefined && isType(symbol));
  if (found.length !== 1)
    throw new Error(`src exports ${found.length} types with the name ${name}, not one.`);
  return checker.getDeclaredTypeOfSymbol(found[0]);
}

const isType = ({ flags }: ts.Symbol): boolean => (flags & ts.SymbolFlags.Type) !== 0;
