/* libcublas.so.12 and .so.13 for a machine without a GPU, as far as cadj uses them. The product itself is the machine's.
 * VERSION is what it says it is. */
#include "stub.h"
#include <stdlib.h>

enum { SUCCESS = 0, NOT_INITIALIZED = 1, ALLOC_FAILED = 3, INVALID_VALUE = 7, EXECUTION_FAILED = 13, NOT_SUPPORTED = 15 };
enum { COMPUTE_32F = 68, COMPUTE_32F_FAST_16BF = 75, COMPUTE_32F_FAST_TF32 = 77 };
enum { R_32F = 0 };

struct handle {
  void *stream;
  long workspace, workspace_bytes;
};

const char *cublasGetStatusName(int status) {
  switch (status) {
  case SUCCESS:
    return "CUBLAS_STATUS_SUCCESS";
  case ALLOC_FAILED:
    return "CUBLAS_STATUS_ALLOC_FAILED";
  case INVALID_VALUE:
    return "CUBLAS_STATUS_INVALID_VALUE";
  case EXECUTION_FAILED:
    return "CUBLAS_STATUS_EXECUTION_FAILED";
  case NOT_SUPPORTED:
    return "CUBLAS_STATUS_NOT_SUPPORTED";
  default:
    return "CUBLAS_STATUS_ANOTHER";
  }
}

const char *cublasGetStatusString(int status) {
  return status == INVALID_VALUE ? "an invalid value was given" : "something else";
}

int cublasCreate_v2(struct handle **out) {
  int result = stub_enter("cublasCreate");
  if (result)
    return result < 100 ? result : NOT_INITIALIZED;
  *out = calloc(1, sizeof **out);
  return *out ? SUCCESS : ALLOC_FAILED;
}

int cublasDestroy_v2(struct handle *handle) {
  free(handle);
  return SUCCESS;
}

int cublasGetVersion_v2(struct handle *handle, int *version) {
  *version = VERSION;
  return SUCCESS;
}

int cublasSetMathMode(struct handle *handle, int mode) { return mode == 0 ? SUCCESS : INVALID_VALUE; }

int cublasSetStream_v2(struct handle *handle, void *stream) {
  if (!stub_is_stream(stream))
    return INVALID_VALUE;
  handle->stream = stream;
  handle->workspace = 0; /* as the real one forgets it */
  return SUCCESS;
}

int cublasSetWorkspace_v2(struct handle *handle, void *at, size_t bytes) {
  if (!stub_is_memory((long)at, (long)bytes) || (long)at % 256)
    return INVALID_VALUE;
  handle->workspace = (long)at;
  handle->workspace_bytes = (long)bytes;
  return SUCCESS;
}

static int multiply(const void *data) { return stub_machine.multiply(data); }

static int covers(long at, long stride, int batch, long ld, long rows, long columns) {
  return ld >= (rows > 1 ? rows : 1) &&
         stub_is_memory(at, (stride * (batch - 1) + ld * (columns - 1) + rows) * (long)sizeof(float));
}

int cublasGemmStridedBatchedEx(struct handle *handle, int trans_a, int trans_b, int m, int n, int k, const float *alpha,
                               const void *a, int a_type, int lda, long long stride_a, const void *b, int b_type,
                               int ldb, long long stride_b, const float *beta, void *c, int c_type, int ldc,
                               long long stride_c, int batch, int compute, int algorithm) {
  int result = stub_enter("cublasGemmStridedBatchedEx");
  if (result)
    return result < 100 ? result : EXECUTION_FAILED;
  int known = compute == COMPUTE_32F || compute == COMPUTE_32F_FAST_16BF || compute == COMPUTE_32F_FAST_TF32;
  if (!handle->stream || !handle->workspace || !known || a_type != R_32F || b_type != R_32F || c_type != R_32F ||
      algorithm != -1 || m <= 0 || n <= 0 || k <= 0 || batch <= 0)
    return INVALID_VALUE;
  if (*alpha != 0 && (!covers((long)a, stride_a, batch, lda, trans_a ? k : m, trans_a ? m : k) ||
                      !covers((long)b, stride_b, batch, ldb, trans_b ? n : k, trans_b ? k : n)))
    return INVALID_VALUE;
  if (!covers((long)c, stride_c, batch, ldc, m, n))
    return INVALID_VALUE;
  struct multiplication it = {
      .a = (long)a, .b = (long)b, .c = (long)c, .d = (long)c,
      .stride_a = stride_a, .stride_b = stride_b, .stride_c = stride_c, .stride_d = stride_c,
      .trans_a = trans_a, .trans_b = trans_b, .m = m, .n = n, .k = k,
      .lda = lda, .ldb = ldb, .ldc = ldc, .ldd = ldc, .batch = batch, .alpha = *alpha, .beta = *beta,
      .precision = compute == COMPUTE_32F ? FULL : compute == COMPUTE_32F_FAST_TF32 ? TO_TF32 : TO_BF16};
  stub_enqueue(multiply, &it, sizeof it);
  return SUCCESS;
}
