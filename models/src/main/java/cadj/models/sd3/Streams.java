package cadj.models.sd3;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The two sequences of tokens that go through the blocks.
///
/// @param image `hidden_states`, patches of the image [N,T,C]
/// @param context `encoder_hidden_states`, the text [N,S,C]; null after the last block, which
///   leaves none
record Streams(Tensor image, @Nullable Tensor context) implements Scope.Holder {
  /// Under a module's key, where its result for the text is announced.
  static final String CONTEXT = ".encoder_hidden_states";

  @Override
  public Iterable<Storage> storages() {
    return context == null ? List.of(image.storage()) : List.of(image.storage(), context.storage());
  }
}
