/* The level of the plugin interface that these headers describe. */
#ifndef ROOKERY_ABI_VERSION_H
#define ROOKERY_ABI_VERSION_H

/* Another major is another interface: neither side accepts the other. The minor grows with each
 * addition; a "since" in the headers names the first level that has it. */
#define RK_ABI_MAJOR 1
#define RK_ABI_MINOR 4

#endif
