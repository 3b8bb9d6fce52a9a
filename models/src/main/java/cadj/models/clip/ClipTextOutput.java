package cadj.models.clip;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a text encoder gives.
///
/// @param lastHiddenState [N,T,hidden], after the final LayerNorm
/// @param pooled [N,hidden], its vector at the end token
/// @param textEmbeds [N,projection], the pooled vector projected; null without a projection
/// @param hiddenStates embeddings, then each layer's result, without the final LayerNorm
public record ClipTextOutput(
    Tensor lastHiddenState, Tensor pooled, @Nullable Tensor textEmbeds, List<Tensor> hiddenStates)
    implements Scope.Holder {
  @Override
  public Iterable<Storage> storages() {
    List<Storage> all = new ArrayList<>();
    all.add(lastHiddenState.storage());
    all.add(pooled.storage());
    if (textEmbeds != null) {
      all.add(textEmbeds.storage());
    }
    hiddenStates.forEach(state -> all.add(state.storage()));
    return all;
  }
}
