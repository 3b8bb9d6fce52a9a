/* libcuda.so.1 for a machine without a GPU: CUDA's driver interface, as far as cadj uses it, over functions in Java.
 *
 * It holds its caller to CUDA's rules, and more strictly than CUDA does: a context must be current in the calling
 * thread, asynchronous copies must be from and to pinned memory, and everything in the stream happens as late as
 * possible. One device, one context; one thread at a time. */
#include "stub.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  SUCCESS = 0,
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  NOT_INITIALIZED = 3,
  INVALID_CONTEXT = 201,
  INVALID_PTX = 218,
  INVALID_HANDLE = 400,
  NOT_FOUND = 500,
  NOT_READY = 600,
};

static const struct {
  int code;
  const char *name, *text;
} errors[] = {
    {SUCCESS, "CUDA_SUCCESS", "no error"},
    {INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {100, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {INVALID_PTX, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
    {INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {NOT_FOUND, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {NOT_READY, "CUDA_ERROR_NOT_READY", "device not ready"},
    {700, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
    {701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "too many resources requested for launch"},
};

int cuGetErrorName(int code, const char **name) {
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
    if (errors[i].code == code) {
      *name = errors[i].name;
      return SUCCESS;
    }
  return INVALID_VALUE;
}

int cuGetErrorString(int code, const char **text) {
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
    if (errors[i].code == code) {
      *text = errors[i].text;
      return SUCCESS;
    }
  return INVALID_VALUE;
}

/* ---- what tests arrange ---- */

struct machine stub_machine;

static const char *refused;
static int refusal, refusals;
static long memory_left;
static int capability = 80;

void stub_connect(const struct machine *machine, long memory) {
  stub_machine = *machine;
  memory_left = memory;
}

/* The next calls of `call`, so many, fail with `result` and do nothing. */
void stub_refuse(const char *call, int result, int times) {
  refused = strdup(call);
  refusal = result;
  refusals = times;
}

void stub_set_capability(int value) { capability = value; }

long stub_memory_left(void) { return memory_left; }

int stub_missing(const char *name) {
  fprintf(stderr, "stub: %s was called, which is not there\n", name);
  return 801; /* CUDA_ERROR_NOT_SUPPORTED */
}

/* ---- context ---- */

static struct {
  int users;
  int broken; /* what a launch failed with; nothing works any more */
} context;
static int started;
static _Thread_local void *current;

static int refuse(const char *call) {
  if (refusals > 0 && strcmp(refused, call) == 0) {
    refusals--;
    return refusal;
  }
  return started || strcmp(call, "cuInit") == 0 ? SUCCESS : NOT_INITIALIZED;
}

int stub_enter(const char *call) {
  int result = refuse(call);
  if (result)
    return result;
  if (current != &context || !context.users)
    return INVALID_CONTEXT;
  return context.broken;
}

#define ENTER()                                                                                                        \
  do {                                                                                                                 \
    int result = stub_enter(__func__);                                                                                 \
    if (result)                                                                                                        \
      return result;                                                                                                   \
  } while (0)

int cuInit(unsigned flags) {
  int result = refuse(__func__);
  if (!result)
    started = 1;
  return result;
}

int cuDriverGetVersion(int *version) {
  *version = 12060;
  return SUCCESS;
}

int cuDeviceGet(int *device, int ordinal) {
  int result = refuse(__func__);
  *device = 0;
  return result ? result : ordinal == 0 ? SUCCESS : 101;
}

int cuDeviceGetName(char *name, int length, int device) {
  snprintf(name, length, "a stub");
  return refuse(__func__);
}

int cuDeviceGetAttribute(int *value, int attribute, int device) {
  switch (attribute) {
  case 16: /* multiprocessors */
    *value = 16;
    break;
  case 75:
    *value = capability / 10;
    break;
  case 76:
    *value = capability % 10;
    break;
  case 97: /* shared memory of a block, if allowed */
    *value = 99 << 10;
    break;
  default:
    return INVALID_VALUE;
  }
  return refuse(__func__);
}

int cuDevicePrimaryCtxRetain(void **out, int device) {
  int result = refuse(__func__);
  if (result)
    return result;
  if (context.users++ == 0)
    context.broken = SUCCESS;
  *out = &context;
  return SUCCESS;
}

int cuCtxSetCurrent(void *which) {
  int result = refuse(__func__);
  if (result)
    return result;
  if (which != &context || !context.users)
    return INVALID_CONTEXT;
  current = which;
  return SUCCESS;
}

/* ---- the stream ---- */

struct task {
  struct task *next;
  int (*run)(const void *data);
  char data[];
};

static struct task *first, **last = &first;
static char stream;
static int streams;

void stub_enqueue(int (*run)(const void *data), const void *data, size_t bytes) {
  struct task *task = malloc(sizeof *task + bytes);
  task->next = NULL;
  task->run = run;
  memcpy(task->data, data, bytes);
  *last = task;
  last = &task->next;
}

static void run_one(void) {
  struct task *task = first;
  first = task->next;
  if (!first)
    last = &first;
  if (!context.broken)
    context.broken = task->run(task->data);
  free(task);
}

static int run_all(void) {
  while (first)
    run_one();
  return context.broken;
}

int stub_is_stream(const void *which) { return which == &stream && streams == 1; }

int cuStreamCreate(void **out, unsigned flags) {
  ENTER();
  if (streams++)
    return INVALID_VALUE; /* there is to be one */
  *out = &stream;
  return SUCCESS;
}

int cuStreamDestroy_v2(void *which) {
  if (!stub_is_stream(which))
    return INVALID_HANDLE;
  streams--;
  return SUCCESS;
}

int cuStreamSynchronize(void *which) {
  ENTER();
  return stub_is_stream(which) ? run_all() : INVALID_HANDLE;
}

#define NEED_STREAM(which)                                                                                             \
  do {                                                                                                                 \
    if (!stub_is_stream(which))                                                                                        \
      return INVALID_HANDLE;                                                                                           \
  } while (0)

/* ---- events ---- */

struct event {
  int timed, asked, done;
  double milliseconds;
};

int cuEventCreate(struct event **out, unsigned flags) {
  ENTER();
  *out = calloc(1, sizeof **out);
  (*out)->timed = !(flags & 2);
  return SUCCESS;
}

int cuEventDestroy_v2(struct event *event) {
  run_all(); /* CUDA would let it finish */
  free(event);
  return stub_enter(__func__);
}

static int pass(const void *data) {
  struct event *event = *(struct event **)data;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  event->milliseconds = now.tv_sec * 1e3 + now.tv_nsec * 1e-6;
  event->done++;
  return SUCCESS;
}

int cuEventRecord(struct event *event, void *which) {
  ENTER();
  NEED_STREAM(which);
  event->asked++;
  stub_enqueue(pass, &event, sizeof event);
  return SUCCESS;
}

int cuEventSynchronize(struct event *event) {
  ENTER();
  while (event->done < event->asked && first)
    run_one();
  return context.broken;
}

int cuEventElapsedTime(float *milliseconds, struct event *from, struct event *to) {
  ENTER();
  if (!from->timed || !to->timed || !from->asked || !to->asked)
    return INVALID_HANDLE;
  if (from->done < from->asked || to->done < to->asked)
    return NOT_READY;
  *milliseconds = (float)(to->milliseconds - from->milliseconds);
  return SUCCESS;
}

/* ---- memory ---- */

struct range {
  struct range *next;
  long from, bytes;
};

static struct range *allocated, *pinned;

static void add(struct range **ranges, long from, long bytes) {
  struct range *range = malloc(sizeof *range);
  range->next = *ranges;
  range->from = from;
  range->bytes = bytes;
  *ranges = range;
}

/* Its size, or -1. */
static long take_away(struct range **ranges, long from) {
  for (struct range **at = ranges; *at; at = &(*at)->next)
    if ((*at)->from == from) {
      struct range *range = *at;
      long bytes = range->bytes;
      *at = range->next;
      free(range);
      return bytes;
    }
  return -1;
}

static int within(const struct range *range, long from, long bytes) {
  for (; range; range = range->next)
    if (from >= range->from && from + bytes <= range->from + range->bytes)
      return 1;
  return 0;
}

int stub_is_memory(long address, long bytes) { return within(allocated, address, bytes); }

int cuMemAlloc_v2(long *address, size_t bytes) {
  ENTER();
  if (bytes == 0)
    return INVALID_VALUE;
  if ((long)bytes > memory_left || !(*address = stub_machine.allocate((long)bytes)))
    return OUT_OF_MEMORY;
  memory_left -= (long)bytes;
  add(&allocated, *address, (long)bytes);
  return SUCCESS;
}

int cuMemFree_v2(long address) {
  ENTER();
  int result = run_all();
  if (result)
    return result;
  long bytes = take_away(&allocated, address);
  if (bytes < 0)
    return INVALID_VALUE;
  memory_left += bytes;
  return stub_machine.release(address);
}

/* The last user's end is the end of the context, and of all memory in it. */
int cuDevicePrimaryCtxRelease_v2(int device) {
  if (context.users == 0)
    return INVALID_CONTEXT;
  if (--context.users == 0)
    while (allocated) {
      memory_left += allocated->bytes;
      stub_machine.release(allocated->from);
      take_away(&allocated, allocated->from);
    }
  return refuse(__func__);
}

int cuMemGetInfo_v2(size_t *left, size_t *total) {
  ENTER();
  *left = (size_t)memory_left;
  *total = *left;
  for (struct range *range = allocated; range; range = range->next)
    *total += (size_t)range->bytes;
  return SUCCESS;
}

int cuMemHostRegister_v2(void *from, size_t bytes, unsigned flags) {
  ENTER();
  add(&pinned, (long)from, (long)bytes);
  return SUCCESS;
}

int cuMemHostUnregister(void *from) {
  run_all();
  return take_away(&pinned, (long)from) < 0 ? 713 : stub_enter(__func__);
}

struct copy {
  long to, from, bytes;
  int bits;
};

static int copy_in(const void *data) {
  const struct copy *it = data;
  return stub_machine.copy_in(it->to, (const void *)it->from, it->bytes);
}

static int copy_out(const void *data) {
  const struct copy *it = data;
  return stub_machine.copy_out((void *)it->to, it->from, it->bytes);
}

static int copy(const void *data) {
  const struct copy *it = data;
  return stub_machine.copy(it->to, it->from, it->bytes);
}

static int fill(const void *data) {
  const struct copy *it = data;
  return stub_machine.fill(it->to, it->bits, it->bytes / 4);
}

int cuMemcpyHtoDAsync_v2(long to, const void *from, size_t bytes, void *which) {
  ENTER();
  NEED_STREAM(which);
  if (!within(pinned, (long)from, (long)bytes) || !stub_is_memory(to, (long)bytes))
    return INVALID_VALUE;
  struct copy it = {to, (long)from, (long)bytes, 0};
  stub_enqueue(copy_in, &it, sizeof it);
  return SUCCESS;
}

int cuMemcpyDtoHAsync_v2(void *to, long from, size_t bytes, void *which) {
  ENTER();
  NEED_STREAM(which);
  if (!within(pinned, (long)to, (long)bytes) || !stub_is_memory(from, (long)bytes))
    return INVALID_VALUE;
  struct copy it = {(long)to, from, (long)bytes, 0};
  stub_enqueue(copy_out, &it, sizeof it);
  return SUCCESS;
}

int cuMemcpyDtoDAsync_v2(long to, long from, size_t bytes, void *which) {
  ENTER();
  NEED_STREAM(which);
  if (!stub_is_memory(from, (long)bytes) || !stub_is_memory(to, (long)bytes))
    return INVALID_VALUE;
  struct copy it = {to, from, (long)bytes, 0};
  stub_enqueue(copy, &it, sizeof it);
  return SUCCESS;
}

int cuMemsetD32Async(long to, unsigned bits, size_t count, void *which) {
  ENTER();
  NEED_STREAM(which);
  if (!stub_is_memory(to, (long)count * 4) || to % 4)
    return INVALID_VALUE;
  struct copy it = {to, 0, (long)count * 4, (int)bits};
  stub_enqueue(fill, &it, sizeof it);
  return SUCCESS;
}

/* ---- modules and launches ---- */

enum { JIT_ERROR_LOG = 5, JIT_ERROR_LOG_BYTES = 6 };
enum { SHARED_BYTES = 1, MOST_DYNAMIC_SHARED_BYTES = 8 };
enum { FREE_SHARED = 48 << 10, MOST_SHARED = 99 << 10 };

/* Every kernel of this device has some shared memory of its own, whatever its PTX says. */
enum { FIXED_SHARED = 1 << 10 };

struct function {
  long number;
  int dynamic_shared;
};

int cuModuleLoadDataEx(long *module, const char *ptx, unsigned count, const int *options, void **values) {
  ENTER();
  char nowhere[1];
  char *log = nowhere;
  long log_bytes = sizeof nowhere;
  for (unsigned i = 0; i < count; i++)
    if (options[i] == JIT_ERROR_LOG)
      log = values[i];
    else if (options[i] == JIT_ERROR_LOG_BYTES)
      log_bytes = (long)values[i];
    else
      return INVALID_VALUE;
  *module = stub_machine.load(ptx, log, log_bytes);
  return *module ? SUCCESS : INVALID_PTX;
}

int cuModuleUnload(long module) {
  ENTER();
  return run_all();
}

int cuModuleGetFunction(struct function **out, long module, const char *name) {
  ENTER();
  long number = stub_machine.function(module, name);
  if (!number)
    return NOT_FOUND;
  *out = calloc(1, sizeof **out);
  (*out)->number = number;
  return SUCCESS;
}

int cuFuncGetAttribute(int *value, int attribute, struct function *function) {
  ENTER();
  *value = FIXED_SHARED;
  return attribute == SHARED_BYTES ? SUCCESS : INVALID_VALUE;
}

int cuFuncSetAttribute(struct function *function, int attribute, int value) {
  ENTER();
  if (attribute != MOST_DYNAMIC_SHARED_BYTES || value < 0 || value > MOST_SHARED - FIXED_SHARED)
    return INVALID_VALUE;
  function->dynamic_shared = value;
  return SUCCESS;
}

struct launch {
  long function;
  int shape[7];
  long bytes;
  char arguments[4096];
};

static int launch(const void *data) {
  const struct launch *it = data;
  return stub_machine.launch(it->function, it->shape, it->arguments, it->bytes);
}

int cuLaunchKernel(struct function *function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                   unsigned block_y, unsigned block_z, unsigned shared, void *which, void **parameters, void **extra) {
  ENTER();
  NEED_STREAM(which);
  unsigned allowed = FREE_SHARED - FIXED_SHARED;
  if (function->dynamic_shared > (int)allowed)
    allowed = (unsigned)function->dynamic_shared;
  if (shared > allowed || parameters || !extra)
    return INVALID_VALUE;
  struct launch it = {function->number, {(int)grid_x, (int)grid_y, (int)grid_z, (int)block_x, (int)block_y, (int)block_z, (int)shared}, 0, {0}};
  const void *arguments = NULL;
  for (; *extra; extra += 2)
    if (*extra == (void *)1)
      arguments = extra[1];
    else if (*extra == (void *)2)
      it.bytes = (long)*(size_t *)extra[1];
    else
      return INVALID_VALUE;
  if (!arguments || it.bytes > (long)sizeof it.arguments)
    return INVALID_VALUE;
  memcpy(it.arguments, arguments, (size_t)it.bytes); /* as CUDA does: the caller may reuse them at once */
  stub_enqueue(launch, &it, offsetof(struct launch, arguments) + (size_t)it.bytes);
  return SUCCESS;
}
