/// InceptionV3 as pytorch-fid has it, by whose features sets of pictures are compared (FID, KID).
/// Read [InceptionV3] first; blocks have torchvision's names and keys.
@NullMarked
package cadj.models.inception;

import org.jspecify.annotations.NullMarked;
