import { XMLValidator } from 'fast-xml-parser';
import { expect } from 'chai';
import { parseCsv } from './org/csv.ts';
import { canonicalId, checksum, Ids } from './org/data/ids.ts';
import { javaDouble } from './org/data/values.ts';
import { startOrg } from './org/org.ts';
import { scanXml, XmlError } from './org/xml/scan.ts';

describe("the emulated org's own readers", () => {
  it('makes and checks 18-character ids', () => {
    // Pairs published in the Object Reference and in captured replies.
    expect(checksum('001A0000006Vm9r')).to.equal('IAC');
    expect(checksum('750Kf00000R1wzR')).to.equal('IAR');
    expect(canonicalId('750Kf00000R1wzR')).to.equal('750Kf00000R1wzRIAR');
    expect(canonicalId('750KF00000R1WZRIAR')).to.equal('750Kf00000R1wzRIAR');
    expect(canonicalId('750Kf00000R1wzRIAS')).to.equal(undefined);
    expect(canonicalId('750Kf00000R1wz')).to.equal(undefined);
    expect(canonicalId("750Kf00000R1wz'")).to.equal(undefined);
    const ids = new Ids();
    const minted = Array.from({ length: 100_000 }, () => ids.next('a01'));
    expect(new Set(minted.map((id) => id.toLowerCase())).size).to.equal(minted.length);
    expect(minted.every((id) => canonicalId(id) === id)).to.equal(true);
    expect([...minted].sort()).to.deep.equal(minted);
  });

  it('prints doubles as Java does', () => {
    const pairs: [number, string][] = [
      [0, '0.0'], [144, '144.0'], [-2.5, '-2.5'], [9_999_999, '9999999.0'], [1e7, '1.0E7'], [12_345_678, '1.2345678E7'],
      [0.001, '0.001'], [0.0001, '1.0E-4'], [999_999_999_999_999_999, '1.0E18'],
    ]; // prettier-ignore
    for (const [value, text] of pairs) expect(javaDouble(value)).to.equal(text);
  });

  it('reads CSV of RFC 4180', () => {
    expect(parseCsv('\uFEFFId,"a ""b"", c"\r\n1,\n\n"two\nlines","x"\n,')).to.deep.equal([
      ['Id', 'a "b", c'],
      ['1', ''],
      ['two\nlines', 'x'],
      ['', ''],
    ]);
  });

  describe('XML', () => {
    const events = (source: string): string[] => {
      const seen: string[] = [];
      scanXml(source, {
        open: (name, namespace, attributes) =>
          seen.push(
            `<${namespace === '' ? '' : `{${namespace}}`}${name}${attributes.map((attribute) => ` ${attribute.name}=${attribute.value}`).join('')}`,
          ),
        text: (text) => seen.push(text),
        close: () => seen.push('>'),
      });
      return seen;
    };

    it('is read with namespaces, references, CDATA and comments', () => {
      expect(events('<?xml version="1.0" encoding="utf-8"?>\n<!-- c --><a xmlns="u" xmlns:p="v"><b x="1&#10;2" p:y=\'"\'/><p:b>&lt;&#x1F600;<![CDATA[<&]]>\r\n</p:b><b/><b>x</b></a> ')).to.deep.equal([
        '<{u}a', '<{u}b x=1\n2 y="', '>', '<{v}b', '<😀', '<&', '\n', '>', '<{u}b', '>', '<{u}b', 'x', '>', '>',
      ]); // prettier-ignore
    });

    const good = [
      '<a/>',
      '<a></a>',
      '<a b="c"/>',
      '<a>]]&gt;</a>',
      '<a>é\u{1F600}</a>',
      '<a><!-- - --></a>',
      '<a><?pi x?></a>',
      '<a\n b = "c"\n></a\n>',
      '<a>&#9;&#xA;</a>',
      '<a><b>1</b><b>2</b></a>',
    ];
    for (const source of good) {
      it(`accepts ${source.replaceAll('\n', '\\n')}, as another reader does`, () => {
        expect(XMLValidator.validate(source)).to.equal(true);
        expect(() => events(source)).to.not.throw();
      });
    }

    // The other reader is laxer than XML: those of `lax` it may let pass.
    const bad = [
      '',
      'text',
      '<a>',
      '<a></b>',
      '<a><b></a></b>',
      '<a b=c/>',
      '<a b="1" b="2"/>',
      '<a',
      '<a></a>x',
      '<1a/>',
    ];
    const lax = ['<a/><b/>', '<a>&</a>', '<a>&nope;</a>', '<a>]]></a>', '<a>\u0001</a>', '<a>&#1;</a>', '<a>&#xD800;</a>', '<a>\uD800</a>', '<a>\uFFFE</a>', '<a b="<"/>', '<p:a/>', '<a><!-- -- --></a>', '<!DOCTYPE a><a/>', '<a><?xml x?></a>', '<a b="1"c="2"/>', '<?xml version="1.0" encoding="latin1"?><a/>', ' <?xml version="1.0"?><a/>', '<a>x</a >y', '<a><b>1</b><b>2</a></b>']; // prettier-ignore
    for (const source of bad) {
      it(`refuses ${source || 'nothing'}, as another reader does`, () => {
        if (source !== '') expect(XMLValidator.validate(source)).to.not.equal(true);
        expect(() => events(source)).to.throw(XmlError);
      });
    }
    for (const source of lax) {
      it(`refuses ${JSON.stringify(source)}`, () => {
        expect(() => events(source)).to.throw(XmlError);
      });
    }

    it('is refused with its place', () => {
      expect(() => events('<a>\n <b>R&D</b>\n</a>')).to.throw(/at \[row,col\]:\[2,5\]$/);
    });
  });

  it('keeps two orgs of one process apart', async () => {
    const [one, two] = [await startOrg(), await startOrg()];
    expect(one.orgId).to.not.equal(two.orgId);
    await Promise.all([one.close(), two.close()]);
  });

  it('tells a test of a field it does not have', async () => {
    const org = await startOrg();
    expect(() => org.table('Byline__c').insert([{ Tweet__c: 1 }])).to.throw('Byline__c has no field Tweet__c');
    expect(() => org.table('Nope__c')).to.throw('the org has no object Nope__c');
    await org.close();
  });
});
