// mocha says nothing of a rejection that nobody handles; here it fails the run.
process.on('unhandledRejection', (reason) => {
  throw reason;
});
