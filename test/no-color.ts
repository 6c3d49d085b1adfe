// Texts are compared as they read; with CI set, they would have colours.
process.env['NO_COLOR'] = '1';
delete process.env['FORCE_COLOR'];
