/// What tests of several models share. Recorded values are compared in `cadj.tensor.golden`.
@NullMarked
package cadj.models;

import org.jspecify.annotations.NullMarked;
