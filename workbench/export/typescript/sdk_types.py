"""The types of a request in the TypeScript SDK (1.14; 0.137 has the same, and sampling besides).

One type a paragraph: names of fields, an asterisk for all others, ``?`` where a field may be
missing. Only what the SDK's types allow stands here; `shapes.py` reads it.
"""

TABLE = """\
Block = TextBlockParam | ImageBlockParam | DocumentBlockParam | SearchResultBlockParam |
  ThinkingBlockParam | RedactedThinkingBlockParam | ToolUseBlockParam | ToolResultBlockParam |
  ServerToolUseBlockParam | WebSearchToolResultBlockParam | WebFetchToolResultBlockParam |
  CodeExecutionToolResultBlockParam | BashCodeExecutionToolResultBlockParam |
  TextEditorCodeExecutionToolResultBlockParam | ToolSearchToolResultBlockParam |
  ContainerUploadBlockParam
AllowedCaller = "direct" | "code_execution_20250825" | "code_execution_20260120" |
  "code_execution_20260521"
Caller = DirectCaller | ServerToolCaller | ServerToolCaller20260120
ToolUnion = Tool | ToolBash20250124 | CodeExecutionTool20250522 | CodeExecutionTool20250825 |
  CodeExecutionTool20260120 | CodeExecutionTool20260521 | BrowserToolset20260801 |
  MemoryTool20250818 | ComputerToolset20260801 | ToolTextEditor20250124 | ToolTextEditor20250429 |
  ToolTextEditor20250728 | WebSearchTool20250305 | WebFetchTool20250910 | WebSearchTool20260209 |
  WebFetchTool20260209 | WebFetchTool20260309 | WebSearchTool20260318 | WebFetchTool20260318 |
  ToolSearchToolBm25_20251119 | ToolSearchToolRegex20251119
Citation = CitationCharLocationParam | CitationPageLocationParam |
  CitationContentBlockLocationParam | CitationWebSearchResultLocationParam |
  CitationSearchResultLocationParam
Request { max_tokens: number ; messages: [UserMessageParam | AssistantMessageParam
  | SystemMessageParam] ; model: string ; cache_control?: null |
  CacheControlEphemeral ; container?: null | string | ContainerParams ; diagnostics?: null |
  DiagnosticsParam ; inference_geo?: null | string ; metadata?: Metadata ; output_config?:
  OutputConfig ; service_tier?: "auto" | "standard_only" ; speed?: null | "standard" | "fast" ;
  stop_sequences?: [string] ; system?: string | [TextBlockParam] ; thinking?:
  ThinkingConfigEnabled | ThinkingConfigDisabled | ThinkingConfigBetweenTools |
  ThinkingConfigAdaptive ; tool_choice?: ToolChoiceAuto | ToolChoiceAny | ToolChoiceTool |
  ToolChoiceNone ; tools?: [ToolUnion] }
UserMessageParam { content: string | [Block] ; role: "user" }
AssistantMessageParam { content: string | [Block] ; role: "assistant" }
SystemMessageParam { content: string | [TextBlockParam] ; role: "system" }
CacheControlEphemeral { type: "ephemeral" ; ttl?: "5m" | "1h" }
ContainerParams { id?: null | string ; skills?: null | [SkillParams] }
DiagnosticsParam { previous_message_id?: null | string }
Metadata { user_id?: null | string }
OutputConfig { effort?: null | "low" | "medium" | "high" | "xhigh" | "max" ; format?: null |
  JSONOutputFormat }
TextBlockParam { text: string ; type: "text" ; cache_control?: null | CacheControlEphemeral ;
  citations?: null | [Citation] }
ThinkingConfigEnabled { budget_tokens: number ; type: "enabled" ; display?: null | "summarized" |
  "omitted" }
ThinkingConfigDisabled { type: "disabled" }
ThinkingConfigBetweenTools { type: "between_tools" }
ThinkingConfigAdaptive { type: "adaptive" ; display?: null | "summarized" | "omitted" }
ToolChoiceAuto { type: "auto" ; disable_parallel_tool_use?: boolean }
ToolChoiceAny { type: "any" ; disable_parallel_tool_use?: boolean }
ToolChoiceTool { name: string ; type: "tool" ; disable_parallel_tool_use?: boolean }
ToolChoiceNone { type: "none" }
Tool { input_schema: Tool.InputSchema ; name description?: string ; allowed_callers?:
  [AllowedCaller] ; cache_control?: null | CacheControlEphemeral ; defer_loading? strict?: boolean
  ; eager_input_streaming?: null | boolean ; input_examples?: [{unknown}] ; type?: null | "custom"
  }
ToolBash20250124 { name: "bash" ; type: "bash_20250124" ; allowed_callers?: [AllowedCaller] ;
  cache_control?: null | CacheControlEphemeral ; defer_loading? strict?: boolean ;
  input_examples?: [{unknown}] }
CodeExecutionTool20250522 { name: "code_execution" ; type: "code_execution_20250522" ;
  allowed_callers?: [AllowedCaller] ; cache_control?: null | CacheControlEphemeral ;
  defer_loading? strict?: boolean }
CodeExecutionTool20250825 { name: "code_execution" ; type: "code_execution_20250825" ;
  allowed_callers?: [AllowedCaller] ; cache_control?: null | CacheControlEphemeral ;
  defer_loading? strict?: boolean }
CodeExecutionTool20260120 { name: "code_execution" ; type: "code_execution_20260120" ;
  allowed_callers?: [AllowedCaller] ; cache_control?: null | CacheControlEphemeral ;
  defer_loading? strict?: boolean }
CodeExecutionTool20260521 { name: "code_execution" ; type: "code_execution_20260521" ;
  allowed_callers?: [AllowedCaller] ; cache_control?: null | CacheControlEphemeral ;
  defer_loading? strict?: boolean }
BrowserToolset20260801 { type: "browser_toolset_20260801" ; cache_control?: null |
  CacheControlEphemeral ; configs?: null | BrowserToolsetConfigs }
MemoryTool20250818 { name: "memory" ; type: "memory_20250818" ; allowed_callers?: [AllowedCaller]
  ; cache_control?: null | CacheControlEphemeral ; defer_loading? strict?: boolean ;
  input_examples?: [{unknown}] }
ComputerToolset20260801 { type: "computer_toolset_20260801" ; cache_control?: null |
  CacheControlEphemeral ; configs?: null | ComputerToolsetConfigs }
ToolTextEditor20250124 { name: "str_replace_editor" ; type: "text_editor_20250124" ;
  allowed_callers?: [AllowedCaller] ; cache_control?: null | CacheControlEphemeral ;
  defer_loading? strict?: boolean ; input_examples?: [{unknown}] }
ToolTextEditor20250429 { name: "str_replace_based_edit_tool" ; type: "text_editor_20250429" ;
  allowed_callers?: [AllowedCaller] ; cache_control?: null | CacheControlEphemeral ;
  defer_loading? strict?: boolean ; input_examples?: [{unknown}] }
ToolTextEditor20250728 { name: "str_replace_based_edit_tool" ; type: "text_editor_20250728" ;
  allowed_callers?: [AllowedCaller] ; cache_control?: null | CacheControlEphemeral ;
  defer_loading? strict?: boolean ; input_examples?: [{unknown}] ; max_characters?: null | number
  }
WebSearchTool20250305 { name: "web_search" ; type: "web_search_20250305" ; allowed_callers?:
  [AllowedCaller] ; allowed_domains? blocked_domains?: null | [string] ; cache_control?: null |
  CacheControlEphemeral ; defer_loading? strict?: boolean ; max_uses?: null | number ;
  user_location?: null | UserLocation }
WebFetchTool20250910 { name: "web_fetch" ; type: "web_fetch_20250910" ; allowed_callers?:
  [AllowedCaller] ; allowed_domains? blocked_domains?: null | [string] ; cache_control?: null |
  CacheControlEphemeral ; citations?: null | CitationsConfigParam ; defer_loading? strict?:
  boolean ; max_content_tokens? max_uses?: null | number ; url_sources?: null | WebFetchURLSources
  }
WebSearchTool20260209 { name: "web_search" ; type: "web_search_20260209" ; allowed_callers?:
  [AllowedCaller] ; allowed_domains? blocked_domains?: null | [string] ; cache_control?: null |
  CacheControlEphemeral ; defer_loading? strict?: boolean ; max_uses?: null | number ;
  user_location?: null | UserLocation }
WebFetchTool20260209 { name: "web_fetch" ; type: "web_fetch_20260209" ; allowed_callers?:
  [AllowedCaller] ; allowed_domains? blocked_domains?: null | [string] ; cache_control?: null |
  CacheControlEphemeral ; citations?: null | CitationsConfigParam ; defer_loading? strict?:
  boolean ; max_content_tokens? max_uses?: null | number ; url_sources?: null | WebFetchURLSources
  }
WebFetchTool20260309 { name: "web_fetch" ; type: "web_fetch_20260309" ; allowed_callers?:
  [AllowedCaller] ; allowed_domains? blocked_domains?: null | [string] ; cache_control?: null |
  CacheControlEphemeral ; citations?: null | CitationsConfigParam ; defer_loading? strict?
  use_cache?: boolean ; max_content_tokens? max_uses?: null | number ; url_sources?: null |
  WebFetchURLSources }
WebSearchTool20260318 { name: "web_search" ; type: "web_search_20260318" ; allowed_callers?:
  [AllowedCaller] ; allowed_domains? blocked_domains?: null | [string] ; cache_control?: null |
  CacheControlEphemeral ; defer_loading? strict?: boolean ; max_uses?: null | number ;
  response_inclusion?: "full" | "excluded" ; user_location?: null | UserLocation }
WebFetchTool20260318 { name: "web_fetch" ; type: "web_fetch_20260318" ; allowed_callers?:
  [AllowedCaller] ; allowed_domains? blocked_domains?: null | [string] ; cache_control?: null |
  CacheControlEphemeral ; citations?: null | CitationsConfigParam ; defer_loading? strict?
  use_cache?: boolean ; max_content_tokens? max_uses?: null | number ; response_inclusion?: "full"
  | "excluded" ; url_sources?: null | WebFetchURLSources }
ToolSearchToolBm25_20251119 { name: "tool_search_tool_bm25" ; type: "tool_search_tool_bm25" |
  "tool_search_tool_bm25_20251119" ; allowed_callers?: [AllowedCaller] ; cache_control?: null |
  CacheControlEphemeral ; defer_loading? strict?: boolean }
ToolSearchToolRegex20251119 { name: "tool_search_tool_regex" ; type: "tool_search_tool_regex" |
  "tool_search_tool_regex_20251119" ; allowed_callers?: [AllowedCaller] ; cache_control?: null |
  CacheControlEphemeral ; defer_loading? strict?: boolean }
ImageBlockParam { source: Base64ImageSource | URLImageSource | FileImageSource ; type: "image" ;
  cache_control?: null | CacheControlEphemeral ; transformations?: null |
  ImageTransformationsParam }
DocumentBlockParam { source: Base64PDFSource | PlainTextSource | ContentBlockSource | URLPDFSource
  | FileDocumentSource ; type: "document" ; cache_control?: null | CacheControlEphemeral ;
  citations?: null | CitationsConfigParam ; context? title?: null | string }
SearchResultBlockParam { content: [TextBlockParam] ; source title: string ; type: "search_result"
  ; cache_control?: null | CacheControlEphemeral ; citations?: CitationsConfigParam }
ThinkingBlockParam { signature thinking: string ; type: "thinking" }
RedactedThinkingBlockParam { data: string ; type: "redacted_thinking" }
ToolUseBlockParam { id name: string ; input: unknown ; type: "tool_use" ; cache_control?: null |
  CacheControlEphemeral ; caller?: Caller ; toolset_name?: null | string }
ToolResultBlockParam { tool_use_id: string ; type: "tool_result" ; cache_control?: null |
  CacheControlEphemeral ; content?: string | [TextBlockParam | ImageBlockParam |
  DocumentBlockParam | SearchResultBlockParam | ToolReferenceBlockParam | BrowserStateBlockParam]
  ; is_error?: boolean ; toolset_name?: null | string }
ServerToolUseBlockParam { id: string ; input: unknown ; name: "code_execution" | "web_search" |
  "web_fetch" | "tool_search_tool_bm25" | "tool_search_tool_regex" | "bash_code_execution" |
  "text_editor_code_execution" ; type: "server_tool_use" ; cache_control?: null |
  CacheControlEphemeral ; caller?: Caller }
WebSearchToolResultBlockParam { content: [WebSearchResultBlockParam] |
  WebSearchToolRequestErrorObject ; tool_use_id: string ; type: "web_search_tool_result" ;
  cache_control?: null | CacheControlEphemeral ; caller?: Caller }
WebFetchToolResultBlockParam { content: WebFetchToolResultErrorBlockParam | WebFetchBlockParam ;
  tool_use_id: string ; type: "web_fetch_tool_result" ; cache_control?: null |
  CacheControlEphemeral ; caller?: Caller }
CodeExecutionToolResultBlockParam { content: CodeExecutionToolResultErrorParam |
  CodeExecutionResultBlockParam | EncryptedCodeExecutionResultBlockParam ; tool_use_id: string ;
  type: "code_execution_tool_result" ; cache_control?: null | CacheControlEphemeral }
BashCodeExecutionToolResultBlockParam { content: BashCodeExecutionToolResultErrorParam |
  BashCodeExecutionResultBlockParam ; tool_use_id: string ; type:
  "bash_code_execution_tool_result" ; cache_control?: null | CacheControlEphemeral }
TextEditorCodeExecutionToolResultBlockParam { content: TextEditorCodeExecutionToolResultErrorParam
  | TextEditorCodeExecutionViewResultBlockParam | TextEditorCodeExecutionCreateResultBlockParam |
  TextEditorCodeExecutionStrReplaceResultBlockParam ; tool_use_id: string ; type:
  "text_editor_code_execution_tool_result" ; cache_control?: null | CacheControlEphemeral }
ToolSearchToolResultBlockParam { content: ToolSearchToolResultErrorParam |
  ToolSearchToolSearchResultBlockParam ; tool_use_id: string ; type: "tool_search_tool_result" ;
  cache_control?: null | CacheControlEphemeral }
ContainerUploadBlockParam { file_id: string ; type: "container_upload" ; cache_control?: null |
  CacheControlEphemeral }
SkillParams { skill_id version?: string ; type: "custom" | "anthropic" }
JSONOutputFormat { schema: {unknown} ; type: "json_schema" }
CitationCharLocationParam { cited_text: string ; document_index end_char_index start_char_index:
  number ; document_title: null | string ; type: "char_location" }
CitationPageLocationParam { cited_text: string ; document_index end_page_number start_page_number:
  number ; document_title: null | string ; type: "page_location" }
CitationContentBlockLocationParam { cited_text: string ; document_index end_block_index
  start_block_index: number ; document_title: null | string ; type: "content_block_location" }
CitationWebSearchResultLocationParam { cited_text encrypted_index url: string ; title: null |
  string ; type: "web_search_result_location" }
CitationSearchResultLocationParam { cited_text source: string ; end_block_index
  search_result_index start_block_index: number ; title: null | string ; type:
  "search_result_location" }
Tool.InputSchema { type: "object" ; properties? *: unknown ; required?: null | [string] }
BrowserToolsetConfigs { close_tab? double_click? file_upload? find? form_input? get_page_text?
  hold_key? hover? javascript_exec? key? left_click? left_click_drag? left_mouse_down?
  left_mouse_up? list_tabs? middle_click? mouse_move? navigate? new_tab? read_console?
  read_network? read_page? right_click? screenshot? scroll? scroll_to? switch_tab? triple_click?
  type? wait? zoom?: null | ToolConfig }
ComputerToolsetConfigs { cursor_position? double_click? hold_key? key? left_click?
  left_click_drag? left_mouse_down? left_mouse_up? middle_click? mouse_move? right_click?
  screenshot? scroll? triple_click? type? wait? zoom?: null | ToolConfig }
UserLocation { type: "approximate" ; city? country? region? timezone?: null | string }
CitationsConfigParam { enabled?: boolean }
WebFetchURLSources { client_tool_results? server_tool_results?: WebFetchURLSourceAll |
  WebFetchURLSourceNone | WebFetchURLSourceOnly | WebFetchURLSourceExcept ; user_input?:
  WebFetchURLSourceAll | WebFetchURLSourceNone }
Base64ImageSource { data: string ; media_type: "image/jpeg" | "image/png" | "image/gif" |
  "image/webp" ; type: "base64" }
URLImageSource { type: "url" ; url: string }
FileImageSource { file_id: string ; type: "file" }
ImageTransformationsParam { oversized_image?: "downsize" | "error" }
Base64PDFSource { data: string ; media_type: "application/pdf" ; type: "base64" }
PlainTextSource { data: string ; media_type: "text/plain" ; type: "text" }
ContentBlockSource { content: string | [TextBlockParam | ImageBlockParam] ; type: "content" }
URLPDFSource { type: "url" ; url: string }
FileDocumentSource { file_id: string ; type: "file" }
DirectCaller { type: "direct" }
ServerToolCaller { tool_id: string ; type: "code_execution_20250825" }
ServerToolCaller20260120 { tool_id: string ; type: "code_execution_20260120" }
ToolReferenceBlockParam { tool_name: string ; type: "tool_reference" ; cache_control?: null |
  CacheControlEphemeral }
BrowserStateBlockParam { tabs: [BrowserStateTabEntry] ; type: "browser_state" ; cache_control?:
  null | CacheControlEphemeral ; state_changes?: null | [BrowserStateChangeTabOpened |
  BrowserStateChangeDownloadStarted | BrowserStateChangeDownloadCompleted |
  BrowserStateChangeDownloadFailed] }
WebSearchResultBlockParam { encrypted_content title url: string ; type: "web_search_result" ;
  page_age?: null | string }
WebSearchToolRequestErrorObject { error_code: "invalid_tool_input" | "unavailable" |
  "max_uses_exceeded" | "too_many_requests" | "query_too_long" | "request_too_large" ; type:
  "web_search_tool_result_error" }
WebFetchToolResultErrorBlockParam { error_code: "invalid_tool_input" | "unavailable" |
  "max_uses_exceeded" | "too_many_requests" | "url_too_long" | "url_not_allowed" |
  "url_not_in_prior_context" | "url_not_accessible" | "unsupported_content_type" |
  "content_too_large" ; type: "web_fetch_tool_result_error" }
WebFetchBlockParam { content: DocumentBlockParam ; type: "web_fetch_result" ; url: string ;
  retrieved_at?: null | string }
CodeExecutionToolResultErrorParam { error_code: "invalid_tool_input" | "unavailable" |
  "too_many_requests" | "execution_time_exceeded" ; type: "code_execution_tool_result_error" }
CodeExecutionResultBlockParam { content: [CodeExecutionOutputBlockParam] ; return_code: number ;
  stderr stdout: string ; type: "code_execution_result" }
EncryptedCodeExecutionResultBlockParam { content: [CodeExecutionOutputBlockParam] ;
  encrypted_stdout stderr: string ; return_code: number ; type: "encrypted_code_execution_result"
  }
BashCodeExecutionToolResultErrorParam { error_code: "invalid_tool_input" | "unavailable" |
  "too_many_requests" | "execution_time_exceeded" | "output_file_too_large" ; type:
  "bash_code_execution_tool_result_error" }
BashCodeExecutionResultBlockParam { content: [BashCodeExecutionOutputBlockParam] ; return_code:
  number ; stderr stdout: string ; type: "bash_code_execution_result" }
TextEditorCodeExecutionToolResultErrorParam { error_code: "invalid_tool_input" | "unavailable" |
  "too_many_requests" | "execution_time_exceeded" | "file_not_found" ; type:
  "text_editor_code_execution_tool_result_error" ; error_message?: null | string }
TextEditorCodeExecutionViewResultBlockParam { content: string ; file_type: "text" | "image" |
  "pdf" ; type: "text_editor_code_execution_view_result" ; num_lines? start_line? total_lines?:
  null | number }
TextEditorCodeExecutionCreateResultBlockParam { is_file_update: boolean ; type:
  "text_editor_code_execution_create_result" }
TextEditorCodeExecutionStrReplaceResultBlockParam { type:
  "text_editor_code_execution_str_replace_result" ; lines?: null | [string] ; new_lines?
  new_start? old_lines? old_start?: null | number }
ToolSearchToolResultErrorParam { error_code: "invalid_tool_input" | "unavailable" |
  "too_many_requests" | "execution_time_exceeded" ; type: "tool_search_tool_result_error" ;
  error_message?: null | string }
ToolSearchToolSearchResultBlockParam { tool_references: [ToolReferenceBlockParam] ; type:
  "tool_search_tool_search_result" }
WebFetchURLSourceAll { type: "all" }
WebFetchURLSourceNone { type: "none" }
WebFetchURLSourceOnly { tools: [WebFetchURLSourceToolReference] ; type: "only" }
WebFetchURLSourceExcept { tools: [WebFetchURLSourceToolReference] ; type: "except" }
BrowserStateTabEntry { tab_id title url: string ; active?: boolean }
BrowserStateChangeTabOpened { tab_id: string ; type: "tab_opened" }
BrowserStateChangeDownloadStarted { download_id url: string ; type: "download_started" }
BrowserStateChangeDownloadCompleted { download_id url: string ; type: "download_completed" ;
  path?: null | string ; size_bytes?: null | number }
BrowserStateChangeDownloadFailed { download_id url: string ; type: "download_failed" ; error?:
  null | string }
CodeExecutionOutputBlockParam { file_id: string ; type: "code_execution_output" }
BashCodeExecutionOutputBlockParam { file_id: string ; type: "bash_code_execution_output" }
WebFetchURLSourceToolReference { name: string ; type: "tool_reference" }
ToolConfig { defer_loading? enabled?: null | boolean }"""
