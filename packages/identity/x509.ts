/** The X.509 library, loaded after the reflection metadata that its container insists on: import it only from here. */
import 'reflect-metadata';

export * from '@peculiar/x509';
