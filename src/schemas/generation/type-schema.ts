import ts from 'typescript';
import type { JsonSchema, JsonType } from '../json-schema.js';
import { annotationsOf } from './annotations.js';
import type { Annotations } from './annotations.js';
import type { SourceTypes } from './source-types.js';

const NOTHING: Annotations = { keywords: {}, integer: false };

/**
 * JSON Schemas of the source's types: objects, arrays, records, unions of literals, primitives and null; of
 * `unknown`, a schema that takes all. Comments become descriptions, and their tags keywords. Objects are closed.
 */
export class TypeSchemas {
  constructor(private readonly types: SourceTypes) {}

  /** @throws on a type that JSON has no counterpart for */
  of(name: string): JsonSchema {
    return this.schemaOf(this.types.typeNamed(name), NOTHING, name);
  }

  /** Each property of a type: a type may have some that JSON has no counterpart for. */
  property(name: string, property: string): JsonSchema | undefined {
    const symbol = this.types.checker.getPropertyOfType(this.types.typeNamed(name), property);
    return symbol && this.schemaOfProperty(symbol);
  }

  private schemaOfProperty(symbol: ts.Symbol): JsonSchema {
    const { checker } = this.types;
    const own = annotationsOf(symbol, checker);
    const alias = this.aliasAnnotations(symbol);
    const annotations = {
      // What a type is in general says too little about a field.
      keywords: { ...alias.keywords, description: undefined, ...own.keywords },
      integer: own.integer || alias.integer,
      keys: own.keys ?? alias.keys,
    };
    return this.schemaOf(checker.getTypeOfSymbol(symbol), annotations, symbol.name);
  }

  /** Of a named type, like `Seconds` for `number`: the checker does not remember the names of primitives. */
  private aliasAnnotations(symbol: ts.Symbol): Annotations {
    const node = (symbol.valueDeclaration as ts.PropertySignature | undefined)?.type;
    if (node === undefined || !ts.isTypeReferenceNode(node)) return NOTHING;
    let alias = this.types.checker.getSymbolAtLocation(node.typeName);
    if (alias && alias.flags & ts.SymbolFlags.Alias) alias = this.types.checker.getAliasedSymbol(alias);
    const isOurs =
      alias?.declarations?.every((declaration) => ts.isTypeAliasDeclaration(declaration)) === true;
    return alias && isOurs ? annotationsOf(alias, this.types.checker) : NOTHING;
  }

  private schemaOf(type: ts.Type, annotations: Annotations, where: string): JsonSchema {
    const { description, ...limits } = annotations.keywords;
    const text = description === undefined ? {} : { description };
    if (type.flags & ts.TypeFlags.Unknown) return { ...text, ...limits };
    const all = type.isUnion() ? type.types : [type];
    const members = all.filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
    const object = members.find(({ flags }) => flags & ts.TypeFlags.Object);
    if (object === undefined) return { ...text, ...scalar(members, annotations.integer, where), ...limits };
    const others = members.filter((member) => member !== object);
    const schema = this.schemaOfObject(object, { ...annotations, keywords: limits }, where);
    if (others.length === 0) return { ...text, ...schema };
    const { type: other } = scalar(others, false, where);
    return { ...text, ...schema, type: [schema.type, other].flat() as JsonType[] };
  }

  /** What annotations say of numbers and texts holds for the elements of a list and the values of a record. */
  private schemaOfObject(type: ts.Type, { keywords, integer, keys }: Annotations, where: string): JsonSchema {
    const { checker } = this.types;
    const { minItems, maxItems, ...limits } = keywords;
    const ofElements = { keywords: limits, integer };
    if (checker.isArrayType(type)) {
      const [element] = checker.getTypeArguments(type as ts.TypeReference);
      return {
        type: 'array',
        items: this.schemaOf(element, ofElements, where),
        ...(minItems !== undefined && { minItems }),
        ...(maxItems !== undefined && { maxItems }),
      };
    }
    const value = checker.getIndexTypeOfType(type, ts.IndexKind.String);
    if (value !== undefined) {
      const names = keys === undefined ? {} : { propertyNames: this.schemaOfKeys(keys) };
      return { type: 'object', ...names, additionalProperties: this.schemaOf(value, ofElements, where) };
    }
    if (type.getCallSignatures().length > 0)
      throw new Error(`${where} is a function, which JSON has no counterpart for.`);
    return this.schemaOfProperties(checker.getPropertiesOfType(type));
  }

  private schemaOfKeys(keys: string): JsonSchema {
    return keys.startsWith('^') ? { pattern: keys } : this.of(keys);
  }

  private schemaOfProperties(symbols: readonly ts.Symbol[]): JsonSchema {
    const properties = symbols.map((symbol) => [symbol.name, this.schemaOfProperty(symbol)] as const);
    const required = symbols.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional));
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      required: required.map(({ name }) => name),
      additionalProperties: false,
    };
  }
}

/** A primitive type, or a union of some, of literals or of both. */
function scalar(members: readonly ts.Type[], integer: boolean, where: string): JsonSchema {
  const types = [...new Set(members.map((member) => typeOf(member, integer, where)))].sort();
  const type = types.length === 1 ? types[0] : types;
  const values = members.map(literalOf);
  if (type === 'null') return { type };
  if (values.includes(undefined) || (values.includes(true) && values.includes(false))) return { type };
  // Sorted, because the checker's order depends on which file it has seen first.
  return { type, enum: values.sort((a, b) => (String(a) < String(b) ? -1 : 1)) };
}

/** The only value of a type; undefined if it has more. */
function literalOf(type: ts.Type): unknown {
  if (type.isLiteral()) return type.value;
  if (type.flags & ts.TypeFlags.Null) return null;
  if (type.flags & ts.TypeFlags.BooleanLiteral)
    return 'intrinsicName' in type && type.intrinsicName === 'true';
  return undefined;
}

function typeOf({ flags }: ts.Type, integer: boolean, where: string): JsonType {
  if (flags & ts.TypeFlags.StringLike) return 'string';
  if (flags & ts.TypeFlags.NumberLike) return integer ? 'integer' : 'number';
  if (flags & ts.TypeFlags.BooleanLike) return 'boolean';
  if (flags & ts.TypeFlags.Null) return 'null';
  throw new Error(`${where} has a type that JSON has no counterpart for.`);
}
