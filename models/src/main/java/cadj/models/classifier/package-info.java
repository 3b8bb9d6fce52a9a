/// Classifiers of pictures: which object and which style the embedded model has drawn
/// ([ResNetClassifier]), and which of ImageNet's thousand classes a picture is of ([ResNet], in
/// torchvision's layout). Read [BasicBlock] and one of these. What pictures must look like is in
/// `cadj.models.preprocess`.
@NullMarked
package cadj.models.classifier;

import org.jspecify.annotations.NullMarked;
