package cadj.autograd.graph;

import cadj.tensor.Tensor;
import java.util.List;

/// Is told what tapes record, operation by operation, and the gradients of what they recorded: a
/// tape as a graph, to look at. See [Tape#toldTo].
///
/// Tensors are equal only to themselves, so an input that is the output of an operation told before
/// is an edge; one that was never told is a watched tensor or a constant. Values are there during
/// the call only: copy what is to stay.
public interface TapeListener {
  /// An operation was recorded, or a block that is computed again in the backward pass
  /// ([Tape#checkpoint]), which counts as one.
  ///
  /// @param name of the operation, PyTorch's
  /// @param inputs in its order, constants too; of a block the tracked values that it read
  void operation(String name, List<Tensor> inputs, Tensor output);

  /// A block ends, whose operations were told: its result goes on under another identity.
  ///
  /// @param inner the output of the last operation inside
  /// @param output the same value as operations after the block read it
  void block(String name, Tensor inner, Tensor output);

  /// In a backward pass: the complete gradient of the output of an operation, shaped like it, in
  /// any layout.
  void gradient(Tensor output, Tensor gradient);
}
