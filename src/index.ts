// The plugin is its commands; there is nothing to import.
export {};
