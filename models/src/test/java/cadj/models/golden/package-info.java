/// What tests of models against recorded values share. Test code only; how golden files are found
/// and compared is in `cadj.tensor.golden`.
@NullMarked
package cadj.models.golden;

import org.jspecify.annotations.NullMarked;
