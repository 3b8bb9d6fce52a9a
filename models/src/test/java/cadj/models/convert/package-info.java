/// Tests of models written in another form.
@NullMarked
package cadj.models.convert;

import org.jspecify.annotations.NullMarked;
