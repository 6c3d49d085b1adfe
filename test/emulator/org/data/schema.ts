/** The field types the org knows, spelled as `describe` spells them. */
export type FieldType =
  'id' | 'string' | 'url' | 'textarea' | 'double' | 'int' | 'boolean' | 'date' | 'datetime' | 'reference';

/** A field as a test tells it: name and type, the rest as Setup would propose it. */
export type FieldInput = { readonly name: string; readonly type: FieldType } & Partial<FieldSpec>;

export type FieldSpec = {
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly digits: number;
  readonly nillable: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly calculated: boolean;
  readonly externalId: boolean;
  readonly unique: boolean;
  readonly custom: boolean;
  /** Objects a reference may point to; of a master-detail field, which is required, one. */
  readonly referenceTo: readonly string[];
};

/** An object as a test tells it. `bulk: false` = "Allow Bulk API Access" is off. */
export type ObjectSpec = {
  readonly name: string;
  readonly label?: string;
  readonly keyPrefix?: string;
  readonly bulk?: boolean;
  readonly fields: readonly FieldInput[];
};

/** An object with all its fields, the standard ones included. */
export class Schema {
  public readonly name: string;
  public readonly label: string;
  public readonly keyPrefix: string;
  public readonly bulk: boolean;
  public readonly fields: readonly FieldSpec[];
  private readonly byName: Map<string, FieldSpec>;

  public constructor(spec: ObjectSpec, keyPrefix: string) {
    this.name = spec.name;
    this.label = spec.label ?? labelOf(spec.name);
    this.keyPrefix = spec.keyPrefix ?? keyPrefix;
    this.bulk = spec.bulk ?? true;
    const named = new Set(spec.fields.map((field) => field.name));
    const standard = STANDARD_FIELDS.filter((field) => !named.has(field.name));
    this.fields = [...standard, ...spec.fields].map(complete);
    this.byName = new Map(this.fields.map((field) => [field.name.toLowerCase(), field]));
  }

  /** The field of this API name, in any case. */
  public field(name: string): FieldSpec | undefined {
    return this.byName.get(name.toLowerCase());
  }
}

const system = { createable: false, updateable: false, nillable: false } as const;

const STANDARD_FIELDS: readonly FieldInput[] = [
  { name: 'Id', type: 'id', label: 'Record ID', length: 18, ...system },
  { name: 'IsDeleted', type: 'boolean', label: 'Deleted', ...system },
  { name: 'Name', type: 'string', label: 'Name', length: 80 },
  { name: 'CreatedDate', type: 'datetime', label: 'Created Date', ...system },
  { name: 'LastModifiedDate', type: 'datetime', label: 'Last Modified Date', ...system },
  { name: 'SystemModstamp', type: 'datetime', label: 'System Modstamp', ...system },
];

const LENGTHS: Partial<Record<FieldType, number>> = { id: 18, reference: 18, string: 255, url: 255, textarea: 32768 };

function complete(input: FieldInput): FieldSpec {
  const calculated = input.calculated ?? false;
  return {
    label: labelOf(input.name),
    length: LENGTHS[input.type] ?? 0,
    precision: input.type === 'double' ? 18 : 0,
    scale: 0,
    digits: input.type === 'int' ? 9 : 0,
    nillable: input.type !== 'boolean',
    createable: !calculated,
    updateable: !calculated,
    calculated,
    externalId: false,
    unique: false,
    custom: input.name.endsWith('__c'),
    referenceTo: [],
    ...input,
  };
}

const labelOf = (name: string): string => name.replace(/__c$/, '').replaceAll('_', ' ');
