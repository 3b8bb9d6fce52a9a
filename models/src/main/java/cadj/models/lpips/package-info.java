/// LPIPS, Zhang et al. 2018 (arXiv:1801.03924): how different two pictures look, as the distance
/// between AlexNet's features of them.
///
/// Read [LpipsNetwork] first. Its two files are opened in `cadj.models.files`; folders of pictures
/// are compared in `cad`.
@NullMarked
package cadj.models.lpips;

import org.jspecify.annotations.NullMarked;
