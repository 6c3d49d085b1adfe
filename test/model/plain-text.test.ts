import { expect } from 'chai';
import { inLog, printable } from '../../src/model/plain-text.ts';

describe('printable', () => {
  const texts: readonly [text: string, printed: string][] = [
    ['as it is – “é” 記事 👍', 'as it is – “é” 記事 👍'],
    ['two\nlines\r\nor three', 'two lines or three'],
    ['a\u2028b\u2029c\u0085d', 'a b c d'],
    ['\u001b[31mred\u001b[0m', ' red '],
    ['\u009b31mred', ' red'],
    ['\u001b]0;title\u0007text', ' text'],
    ['\u001b]8;;https://evil.example.com\u001b\\text\u001b]8;;\u001b\\', ' text '],
    ['\u009d0;title\u009ctext', ' text'],
    ['\u001bPq#0\u001b\\text', ' text'],
    ['\u001b]0;without an end', ' ]0;without an end'],
    ['a\u0000b\u0007c\u007fd', 'a b c d'],
    ['moc.\u202Eelgoog\u202C', 'moc. elgoog '],
    ['\u2066a\u2069\u200Bb\uFEFF', ' a b '],
  ];
  for (const [text, printed] of texts) {
    it(`makes ${JSON.stringify(printed)} of ${JSON.stringify(text)}`, () => expect(printable(text)).to.equal(printed));
  }
});

describe('inLog', () => {
  const lines: readonly [line: string, logged: string][] = [
    ['::add-mask::x', ': :add-mask::x'],
    ['  ::error file=a::b', '  : :error file=a::b'],
    ['std::vector', 'std::vector'],
    ['##[error]x ##vso[task.setvariable]y', '# #[error]x # #vso[task.setvariable]y'],
    ['## heading', '## heading'],
  ];
  for (const [line, logged] of lines) {
    it(`makes ${JSON.stringify(logged)} of ${JSON.stringify(line)}`, () => expect(inLog(line)).to.equal(logged));
  }
});
