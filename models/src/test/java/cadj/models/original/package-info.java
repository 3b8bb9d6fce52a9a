/// Tests of files in the original layout, against the recorded key map and files made by it.
@NullMarked
package cadj.models.original;

import org.jspecify.annotations.NullMarked;
