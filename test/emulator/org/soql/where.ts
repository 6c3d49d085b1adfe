import type { WhereClause } from '@jetstreamapp/soql-parser-js';
import type { RestError } from '../errors.ts';
import { compileCondition, type Predicate, type Subject } from './conditions.ts';
import { malformed } from './syntax.ts';

type Token = '(' | ')' | 'AND' | 'OR' | 'NOT' | Predicate;

/** Compiles a WHERE clause. AND and OR may not stand side by side without parentheses, as in SOQL. */
export function compileWhere(clause: WhereClause, query: Subject): Predicate {
  return new Compiler(tokens(clause, query), query.soql).whole();
}

/** The library nests to the right and counts parentheses; this makes it a list again. */
function tokens(clause: WhereClause, query: Subject): Token[] {
  const list: Token[] = [];
  let rest: WhereClause | undefined = clause;
  while (rest) {
    const { left } = rest;
    const [open, close] = [
      left && 'openParen' in left ? (left.openParen ?? 0) : 0,
      left && 'closeParen' in left ? (left.closeParen ?? 0) : 0,
    ];
    list.push(...Array<Token>(open).fill('('));
    if (left && 'operator' in left) list.push(compileCondition(left, query));
    list.push(...Array<Token>(close).fill(')'));
    if (!('operator' in rest)) break;
    list.push(rest.operator);
    rest = rest.right;
  }
  return list;
}

class Compiler {
  private readonly list: readonly Token[];
  private readonly soql: string;
  private at = 0;

  public constructor(list: readonly Token[], soql: string) {
    this.list = list;
    this.soql = soql;
  }

  public whole(): Predicate {
    const predicate = this.expression();
    if (this.at < this.list.length) throw this.unexpected();
    return predicate;
  }

  private expression(): Predicate {
    const parts = [this.term()];
    const operator = this.list[this.at];
    if (operator !== 'AND' && operator !== 'OR') return parts[0] as Predicate;
    while (this.list[this.at] === operator) {
      this.at += 1;
      parts.push(this.term());
    }
    const other = this.list[this.at];
    if (other === 'AND' || other === 'OR') throw this.unexpected();
    return operator === 'AND' ? (row) => parts.every((part) => part(row)) : (row) => parts.some((part) => part(row));
  }

  private term(): Predicate {
    const token = this.list[this.at];
    this.at += 1;
    if (token === 'NOT') {
      const negated = this.term();
      return (row) => !negated(row);
    }
    if (token === '(') {
      const inner = this.expression();
      if (this.list[this.at] !== ')') throw this.unexpected();
      this.at += 1;
      return inner;
    }
    if (typeof token !== 'function') throw this.unexpected();
    return token;
  }

  private unexpected(): RestError {
    const token = this.list[this.at];
    const name = typeof token === 'string' ? token : '';
    return malformed(this.soql, name, `unexpected token: ${name === '' ? '<EOF>' : `'${name}'`}`);
  }
}
