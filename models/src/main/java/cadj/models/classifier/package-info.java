/// Judges of pictures: which object and which style the embedded model has drawn. Read
/// [ResNetClassifier].
@NullMarked
package cadj.models.classifier;

import org.jspecify.annotations.NullMarked;
