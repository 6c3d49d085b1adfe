import { parseQuery, type Query } from '@jetstreamapp/soql-parser-js';
import { RestError } from '../errors.ts';

/** Parses SOQL with the library; what it cannot read is MALFORMED_QUERY. */
export function parseSoql(soql: string): Query {
  if (soql.trim() === '') throw new RestError(400, 'MALFORMED_QUERY', 'A query string has to be specified');
  try {
    return parseQuery(soql);
  } catch (cause) {
    const found = /but found: '(.*)'|found --> '(.*)' <--/s.exec(String(cause));
    const token = found?.[1] ?? found?.[2] ?? '';
    throw malformed(soql, token, `unexpected token: ${token === '' ? '<EOF>' : `'${token}'`}`);
  }
}

export const malformed = (soql: string, token: string, message: string): RestError =>
  new RestError(400, 'MALFORMED_QUERY', located(soql, token, message));

/** A query's error as the server prints it: the query, a caret under the token, row and column, the message. */
export function located(soql: string, token: string, message: string): string {
  const at = position(soql, token);
  return `\n${soql}\n${' '.repeat(at)}^\nERROR at Row:1:Column:${at + 1}\n${message}`;
}

function position(soql: string, token: string): number {
  if (token === '') return soql.length;
  const escaped = token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return Math.max(0, soql.search(new RegExp(`(?<![\\w.])${escaped}(?!\\w)`, 'i')));
}

const HINT = 'Please reference your WSDL or the describe call for the appropriate names.';

export const noSuchColumn = (soql: string, field: string, sobject: string): RestError =>
  new RestError(
    400,
    'INVALID_FIELD',
    located(
      soql,
      field,
      `No such column '${field}' on entity '${sobject}'. If you are attempting to use a custom field, be sure to append ` +
        `the '__c' after the custom field name. ${HINT}`,
    ),
  );

export const noSuchType = (soql: string, sobject: string): RestError =>
  new RestError(
    400,
    'INVALID_TYPE',
    located(
      soql,
      sobject,
      `sObject type '${sobject}' is not supported. If you are attempting to use a custom object, be sure to append ` +
        `the '__c' after the entity name. ${HINT}`,
    ),
  );
